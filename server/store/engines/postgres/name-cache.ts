import type { NameKind, NameRegister } from '../../usage-names.ts';
import type { PostgresSession } from './pool.ts';

interface Name {
  readonly kind: NameKind;
  readonly value: string;
  readonly label: string;
}

interface KnownName {
  readonly ref: number;
  readonly label: string;
}

const keyOf = (kind: string, value: string) => `${kind} ${value}`;

/** Caches every name, so a batch with only known names needs no query for them. */
export class NameCache {
  readonly #known = new Map<string, KnownName>();
  #isLoaded = false;

  /**
   * Resolves the names that `work` asks for to numbers. New names are inserted in the session's transaction, in an
   * order that is the same for all gateways; then `work` runs again with their numbers.
   */
  async number<Result>(session: PostgresSession, work: (names: NameRegister) => Result): Promise<Result> {
    if (!this.#isLoaded) await this.#load(session);
    const batch = new BatchNames(this.#known);
    const result = work(batch);
    if (batch.unwritten.size === 0) return result;
    await this.#write(session, [...batch.unwritten.values()]);
    return work(new BatchNames(this.#known));
  }

  /** Must be called when uncommitted writes were rolled back. */
  forget(): void {
    this.#known.clear();
    this.#isLoaded = false;
  }

  async #load(session: PostgresSession): Promise<void> {
    const { rows } = await session.query('select kind, value, ref, label from usage_names', []);
    for (const { kind, value, ref, label } of rows) {
      this.#known.set(keyOf(String(kind), String(value)), { ref: Number(ref), label: String(label) });
    }
    this.#isLoaded = true;
  }

  async #write(session: PostgresSession, names: readonly Name[]): Promise<void> {
    const { rows } = await session.query(
      `insert into usage_names (kind, value, label)
      select kind, value, label from json_to_recordset($1) as given (kind text, value text, label text)
      order by kind, value
      on conflict (kind, value) do update set label = excluded.label returning kind, value, ref, label`,
      [JSON.stringify(names)],
    );
    for (const { kind, value, ref, label } of rows) {
      this.#known.set(keyOf(String(kind), String(value)), { ref: Number(ref), label: String(label) });
    }
  }
}

/** The names used by one batch. If a name occurs several times, the last label wins. */
class BatchNames implements NameRegister {
  readonly unwritten = new Map<string, Name>();
  readonly #known: ReadonlyMap<string, KnownName>;

  constructor(known: ReadonlyMap<string, KnownName>) {
    this.#known = known;
  }

  refOf(kind: NameKind, value: string, label: string): number {
    const key = keyOf(kind, value);
    const known = this.#known.get(key);
    if (known?.label !== label || this.unwritten.has(key)) this.unwritten.set(key, { kind, value, label });
    return known?.ref ?? 0;
  }

  has(kind: NameKind, value: string): boolean {
    const key = keyOf(kind, value);
    return this.#known.has(key) || this.unwritten.has(key);
  }
}
