import type { Admin } from '../admin/admin.ts';
import type { KeyRegistry } from '../keys/key-registry.ts';
import { hashKeySecret, maskKeySecret } from '../keys/key-secret.ts';
import { redactText } from '../lib/redact.ts';
import type { ImportedCredential } from '../pool/import-credentials.ts';
import type { Pool } from '../pool/pool-contract.ts';
import type { FoundItem, ImportKind, ReadFile } from './found.ts';

/**
 * What will be done, or was done, with an item:
 * - `new`, then `added`.
 * - `present`: it already exists and is unchanged.
 * - `repeated`: an earlier item is the same.
 * - `invalid`: it cannot be used; `unreadable`: the whole file cannot be used.
 * - `skipped`: the import was aborted before.
 */
export type ImportStatus = 'new' | 'added' | 'present' | 'repeated' | 'invalid' | 'unreadable' | 'skipped';

/** One line of the report, without secrets. */
export interface ImportLine {
  readonly file: string;
  /** Where in the file; empty for the whole file. */
  readonly place: string;
  readonly what: 'credential' | 'key' | 'password' | 'file';
  /** An email or a masked key; empty for others. */
  readonly name: string;
  readonly status: ImportStatus;
  /** In English. Empty if `status` says everything. */
  readonly message: string;
}

/** A preview of an import. */
export interface ImportPlan {
  readonly kinds: readonly ImportKind[];
  readonly lines: readonly ImportLine[];
}

export interface ImportServices {
  readonly pool: Pick<Pool, 'list' | 'addMany'>;
  readonly keys: Pick<KeyRegistry, 'list' | 'adopt'>;
  readonly admin: {
    readonly account: Pick<Admin['account'], 'canAdoptPassword' | 'adoptPassword'>;
    readonly audit: Pick<Admin['audit'], 'record'>;
  };
}

export interface ApplyOptions {
  /** Aborts between two items. Items that were added stay. */
  readonly signal?: AbortSignal;
  /** Called with the number of new items that have been processed. */
  readonly onProgress?: (done: number, total: number) => void;
  /** The admin's address, for the audit log. Empty: from the command line. */
  readonly address?: string;
}

interface PlannedItem {
  readonly line: ImportLine;
  /** Absent for a file that cannot be read. */
  readonly item?: FoundItem;
}

/** Number of credentials that are added between two progress reports. */
const batchSize = 100;
const passwordHint = 'It works once; then the login asks for a new one.';
const passwordKept = 'This gateway already has a password, which is kept.';

/** Previews an import without changing anything. */
export function planImport(files: readonly ReadFile[], services: ImportServices): ImportPlan {
  return {
    kinds: [...new Set(files.flatMap(({ kind }) => kind ?? []))],
    lines: planItems(files, services).map(({ line }) => line),
  };
}

/**
 * Imports what `planImport` shows for the same files. Nothing is added twice, and existing items are unchanged.
 *
 * @returns the lines with the results
 */
export async function applyImport(
  files: readonly ReadFile[],
  services: ImportServices,
  { signal, onProgress, address = '' }: ApplyOptions = {},
): Promise<ImportLine[]> {
  const planned = planItems(files, services);
  const pending = planned.filter(({ line }) => line.status === 'new');
  const results = new Map<PlannedItem, ImportStatus>();
  const settle = (one: PlannedItem, added: boolean | undefined) => {
    results.set(one, added === undefined ? 'skipped' : added ? 'added' : 'present');
    onProgress?.(results.size, pending.length);
  };
  try {
    for (const batch of batchesOf(pending.filter(({ item }) => item?.type === 'credential'))) {
      if (signal?.aborted) break;
      const credentials = batch.flatMap(({ item }) => (item?.type === 'credential' ? [item.credential] : []));
      const added = await services.pool.addMany(credentials, signal);
      for (const [index, one] of batch.entries()) settle(one, added[index]);
    }
    for (const one of pending.filter(({ item }) => item?.type !== 'credential')) {
      if (signal?.aborted) break;
      settle(one, await adopt(one, services));
    }
  } finally {
    const added = [...results.values()].filter((status) => status === 'added').length;
    const detail = `${added} of ${planned.length} lines added`;
    if (added > 0) await services.admin.audit.record({ action: 'import.run', detail, address });
  }
  return planned.map((one) =>
    one.line.status === 'new' ? { ...one.line, status: results.get(one) ?? 'skipped' } : one.line,
  );
}

/** @returns whether the item was new */
async function adopt({ item, line }: PlannedItem, { keys, admin }: ImportServices): Promise<boolean> {
  if (item?.type === 'key') return (await keys.adopt({ name: nameOfKey(line) }, item.secret)) !== undefined;
  return item?.type === 'password' && admin.account.adoptPassword(item.sha256);
}

const nameOfKey = ({ file, place }: ImportLine) => `${file} ${place}`.trim().slice(-100).trim();

function planItems(files: readonly ReadFile[], services: ImportServices): PlannedItem[] {
  const judge = createClassifier(services);
  return files.flatMap((read): PlannedItem[] => {
    const { file } = read;
    if (read.kind === undefined) {
      const line = { file, place: '', what: 'file', name: '', status: 'unreadable', message: read.message } as const;
      return [{ line }];
    }
    return read.items.map((item) => ({ item, line: { file, place: redactText(item.place), ...judge(item) } }));
  });
}

type Classification = Pick<ImportLine, 'what' | 'name' | 'status' | 'message'>;

/** Checks items in order, taking earlier ones into account. */
function createClassifier({ pool, keys, admin }: ImportServices): (item: FoundItem) => Classification {
  const tokens = new Map(pool.list().map(({ credential }) => [credential.email.toLowerCase(), credential.token]));
  const hashes = new Set(keys.list().map(({ hash }) => hash));
  const seen = new Set<string>();
  /** @returns the status of an item that does not exist yet */
  const newOrRepeated = (id: string): 'new' | 'repeated' => {
    if (seen.has(id)) return 'repeated';
    seen.add(id);
    return 'new';
  };

  function judgeCredential({ email, token }: ImportedCredential, note = ''): Classification {
    const id = email.toLowerCase();
    const known = tokens.get(id);
    const status = known === undefined ? newOrRepeated(`credential ${id}`) : 'present';
    const message =
      known === undefined || known === token ? note : 'It already exists with another token, which is kept.';
    return { what: 'credential', name: email, status, message };
  }

  function judgeKey(secret: string): Classification {
    const hash = hashKeySecret(secret);
    const status = hashes.has(hash) ? 'present' : newOrRepeated(`key ${hash}`);
    return { what: 'key', name: maskKeySecret(secret), status, message: '' };
  }

  function judgePassword(): Classification {
    const classified = { what: 'password', name: '' } as const;
    if (!admin.account.canAdoptPassword()) return { ...classified, status: 'present', message: passwordKept };
    return { ...classified, status: newOrRepeated('password'), message: passwordHint };
  }

  return (item) => {
    if (item.type === 'credential') return judgeCredential(item.credential, item.note);
    if (item.type === 'key') return judgeKey(item.secret);
    if (item.type === 'password') return judgePassword();
    return { what: item.what, name: item.email ?? '', status: 'invalid', message: item.message };
  };
}

function* batchesOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += batchSize) yield items.slice(from, from + batchSize);
}
