import type { Warning } from './request.ts';

/** A client learns nothing from the fortieth warning, and a response header has room for few. */
const mostWarnings = 40;

/** Gathers what a translation had to drop or change, each kind of thing once: the same field in every message is one. */
export class WarningCollector {
  readonly #warnings = new Map<string, Warning>();

  /**
   * @param parameter the client's parameter, with indices: `messages[2].audio`
   * @param message one short sentence in ASCII
   */
  add(parameter: string, message: string): void {
    const kind = `${parameter.replaceAll(/\[\d+\]/g, '[]')} ${message}`;
    if (this.#warnings.size < mostWarnings && !this.#warnings.has(kind))
      this.#warnings.set(kind, { parameter, message });
  }

  list(): readonly Warning[] {
    return [...this.#warnings.values()];
  }
}
