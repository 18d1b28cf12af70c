/** The ids of one answer's tool calls. Each is used once: a missing or repeated one is replaced. */
export class UniqueIds {
  readonly #newId: () => string;
  readonly #taken = new Set<string>();

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  get size(): number {
    return this.#taken.size;
  }

  /** @param given by the upstream */
  claim(given: string | undefined): string {
    let id = given;
    while (id === undefined || this.#taken.has(id)) id = this.#newId();
    this.#taken.add(id);
    return id;
  }
}
