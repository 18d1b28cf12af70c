/** What a translation did with one member of a request, and why: for the client's header and the request's trace. */
export interface TranslationNote {
  /** The client's member that it is about, by its path: `messages[2].audio`. */
  readonly member: string;
  readonly action: 'kept' | 'changed' | 'dropped';
  /** One short sentence in ASCII. */
  readonly reason: string;
}

/** A client learns nothing from the fortieth note, and a response header has room for few. */
const mostNotes = 40;
/** A member's name may be a client's own, of any length and in any characters, and goes into a response header. */
const longestMember = 100;

/** Gathers what a translation did, each kind of thing once: the same member of every message is one. */
export class TranslationLog {
  readonly #notes = new Map<string, TranslationNote>();

  /**
   * Says that a member does not reach the upstream, or not as it was meant.
   *
   * @param member with indices: `messages[2].audio`
   * @param reason one short sentence in ASCII
   */
  dropped(member: string, reason: string): void {
    this.#add(member, 'dropped', reason);
  }

  /** Says that a member reaches the upstream in another form that means nearly the same. */
  changed(member: string, reason: string): void {
    this.#add(member, 'changed', reason);
  }

  /** Says that a member which the language has no word for reaches the upstream as it is. */
  kept(member: string, reason: string): void {
    this.#add(member, 'kept', reason);
  }

  list(): readonly TranslationNote[] {
    return [...this.#notes.values()];
  }

  #add(member: string, action: TranslationNote['action'], reason: string): void {
    if (this.#notes.size >= mostNotes) return;
    const name = member.slice(0, longestMember).replaceAll(/[^ -~]/g, '?');
    const kind = `${action} ${name.replaceAll(/\[\d+\]/g, '[]')} ${reason}`;
    if (!this.#notes.has(kind)) this.#notes.set(kind, { member: name, action, reason });
  }
}

/** What a client should know of: all but what was kept. */
export function warningsOf(notes: readonly TranslationNote[]): readonly TranslationNote[] {
  return notes.some((note) => note.action === 'kept') ? notes.filter((note) => note.action !== 'kept') : notes;
}
