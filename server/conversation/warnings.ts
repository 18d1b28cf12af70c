import type { Warning } from './request.ts';

/** A client learns nothing from the fortieth warning, and a response header has room for few. */
const mostWarnings = 40;
/** A parameter's name may be a client's own, of any length and in any characters, and goes into a response header. */
const longestParameter = 100;

/** Gathers what a translation had to drop or change, each kind of thing once: the same field in every message is one. */
export class WarningCollector {
  readonly #warnings = new Map<string, Warning>();

  /**
   * @param parameter the client's parameter, with indices: `messages[2].audio`
   * @param message one short sentence in ASCII
   */
  add(parameter: string, message: string): void {
    if (this.#warnings.size >= mostWarnings) return;
    const name = parameter.slice(0, longestParameter).replaceAll(/[^ -~]/g, '?');
    const kind = `${name.replaceAll(/\[\d+\]/g, '[]')} ${message}`;
    if (!this.#warnings.has(kind)) this.#warnings.set(kind, { parameter: name, message });
  }

  list(): readonly Warning[] {
    return [...this.#warnings.values()];
  }
}
