import { type Clock, systemClock } from '../lib/clock.ts';
import { type CreateId, createId } from '../lib/ids.ts';
import { redactText } from '../lib/redact.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import type { AdminStore, AuditEntry } from './admin-store.ts';

/** What the admin, or someone who tried to be the admin, did. */
export interface Deed {
  /** Noun and verb: `key.generate`. */
  readonly action: string;
  /** The thing's name or id; empty when the action says it all. */
  readonly target?: string;
  /** In words, without secrets. */
  readonly detail?: string;
  /** Empty: the command line. */
  readonly address?: string;
}

export interface Audit {
  record(deed: Deed): Promise<void>;
  /** Newest first. @param page `cursor`: the last page's `nextCursor` */
  list(page: {
    readonly cursor?: string | undefined;
    readonly limit: number;
  }): Promise<{ readonly items: AuditEntry[]; readonly nextCursor: string | null }>;
}

/** The log of admin actions over a store. */
export function createAudit(
  store: Pick<AdminStore, 'appendAudit' | 'listAudit'>,
  options: { readonly clock?: Clock; readonly createId?: CreateId } = {},
): Audit {
  const { clock = systemClock, createId: nextId = createId } = options;
  return {
    record: ({ action, target = '', detail = '', address = '' }) =>
      store.appendAudit({
        id: nextId(),
        at: clock(),
        action,
        target: redactText(target, [], 200),
        detail: redactText(detail),
        address,
      }),
    async list({ cursor, limit }) {
      const entries = await store.listAudit({ limit: limit + 1, ...withoutUndefined({ before: cursor }) });
      const items = entries.slice(0, limit);
      return { items, nextCursor: entries.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
  };
}
