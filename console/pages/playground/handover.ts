/** A conversation that another page passes to the playground. */
export interface Handover {
  readonly model: string;
  readonly system: string;
  readonly turns: readonly { readonly role: 'user' | 'assistant'; readonly text: string }[];
}

let waiting: Handover | undefined;

/** Stores a conversation for the playground to open. */
export function handOver(handover: Handover): void {
  waiting = handover;
}

/** The stored conversation, until it is cleared. */
export function peekHandover(): Handover | undefined {
  return waiting;
}

export function forgetHandover(): void {
  waiting = undefined;
}
