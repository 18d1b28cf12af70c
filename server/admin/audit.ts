import { type Clock, systemClock } from '../lib/clock.ts';
import { type CreateId, createId } from '../lib/ids.ts';
import { redactText } from '../lib/redact.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import type { AdminStore, AuditEntry } from './admin-store.ts';

/** An action by the admin, or by someone who tried to log in as the admin. */
export interface AuditEvent {
  /** Object and verb, like `key.generate`. */
  readonly action: string;
  /** Name or id of the object; empty if the action is enough. */
  readonly target?: string;
  /** Plain text without secrets. */
  readonly detail?: string;
  /** Empty: from the command line. */
  readonly address?: string;
}

export interface Audit {
  record(deed: AuditEvent): Promise<void>;
  /** Newest first. @param page `cursor`: `nextCursor` of the previous page */
  list(page: {
    readonly cursor?: string | undefined;
    readonly limit: number;
  }): Promise<{ readonly items: AuditEntry[]; readonly nextCursor: string | null }>;
}

/** The log of admin actions. */
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
