import { setFlagsFromString } from 'node:v8';

/** So many requests under way hold more than what V8's room for young objects saves them in time. */
const many = 100;
/** Not fewer: numbers near the bound would have it change with each request. */
const few = 50;

/**
 * Lets V8's room for young objects grow only while few requests are under way. A stream that bursts leaves 150 KB of garbage,
 * which takes less time the greater the room is; thousands of slow streams fill any room with what lives, and each then costs
 * that memory twice. What the room has grown to, it keeps until the gateway is quiet (`memory-relief.ts`).
 */
export class YoungRoom {
  readonly #setGrowing: (growing: boolean) => void;
  #growing = true;

  constructor(setGrowing: (growing: boolean) => void = setGrowth) {
    this.#setGrowing = setGrowing;
  }

  /** @param running requests under way; to be told each time that it changes */
  fit(running: number): void {
    if (this.#growing ? running < many : running > few) return;
    this.#growing = !this.#growing;
    this.#setGrowing(this.#growing);
  }
}

/** By how much V8 multiplies the room when much of what is in it lives; 2 is its own choice. */
function setGrowth(growing: boolean): void {
  setFlagsFromString(`--semi-space-growth-factor=${growing ? 2 : 1}`);
}
