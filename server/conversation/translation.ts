import { InliningBudget } from '../lib/inline-schema-references.ts';

/**
 * What a translation did with one member of a request, and why. Shown in a response header and in the request's trace.
 */
export interface TranslationNote {
  /** The path of the member in the client's request: `messages[2].audio`. */
  readonly member: string;
  readonly action: 'kept' | 'changed' | 'dropped';
  /** One short sentence in ASCII. */
  readonly reason: string;
}

/** Notes go into a response header, which has limited space. */
const maxNotes = 40;
/** In characters. Member names may come from the client and may contain anything. */
const maxMemberLength = 100;

/** Collects the notes of a translation. The same note about several messages or parts is kept only once. */
export class TranslationLog {
  /** Shared by all schemas of the request. */
  readonly inlining = new InliningBudget();
  readonly #notes = new Map<string, TranslationNote>();

  /**
   * Notes that a member does not reach the upstream, or not with its intended meaning.
   *
   * @param member the path with indices: `messages[2].audio`
   * @param reason one short sentence in ASCII
   */
  dropped(member: string, reason: string): void {
    this.#add(member, 'dropped', reason);
  }

  /** Notes that a member reaches the upstream in another form with nearly the same meaning. */
  changed(member: string, reason: string): void {
    this.#add(member, 'changed', reason);
  }

  /** Notes that a member which the neutral language does not cover reaches the upstream as it is. */
  kept(member: string, reason: string): void {
    this.#add(member, 'kept', reason);
  }

  list(): readonly TranslationNote[] {
    return [...this.#notes.values()];
  }

  #add(member: string, action: TranslationNote['action'], reason: string): void {
    if (this.#notes.size >= maxNotes) return;
    const name = member.slice(0, maxMemberLength).replaceAll(/[^ -~]/g, '?');
    const kind = `${action} ${name.replaceAll(/\[\d+\]/g, '[]')} ${reason}`;
    if (!this.#notes.has(kind)) this.#notes.set(kind, { member: name, action, reason });
  }
}

/** The notes that a client should see: all except about members that reach the upstream as they are. */
export function warningsOf(notes: readonly TranslationNote[]): readonly TranslationNote[] {
  return notes.some((note) => note.action === 'kept') ? notes.filter((note) => note.action !== 'kept') : notes;
}
