/** What another page gives the playground to begin with. */
export interface Handover {
  readonly model: string;
  readonly system: string;
  readonly turns: readonly { readonly role: 'user' | 'assistant'; readonly text: string }[];
}

let waiting: Handover | undefined;

/** Leaves something for the playground, which takes it when it opens. */
export function handOver(handover: Handover): void {
  waiting = handover;
}

/** What was left; it stays until it is forgotten. */
export function peekHandover(): Handover | undefined {
  return waiting;
}

export function forgetHandover(): void {
  waiting = undefined;
}
