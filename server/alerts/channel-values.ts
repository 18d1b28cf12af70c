import { type AlertChannel, type ChannelKind, channelValues, secretFields } from '../../contract/alerts.ts';
import type { StoredChannel } from './alert-store.ts';
import { maskValue } from './mask-value.ts';

export interface NewChannel {
  readonly kind: ChannelKind;
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
}

/** The values are not valid for this kind of channel. */
export class ChannelUnusable extends Error {
  override readonly name = 'ChannelUnusable';
  /** The name of the invalid value. */
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** Whether both send to the same target with the same secrets, whatever their names. */
export function isSameTarget(first: NewChannel, second: NewChannel): boolean {
  const sorted = ({ values }: NewChannel) => JSON.stringify(Object.entries(values).toSorted());
  return first.kind === second.kind && sorted(first) === sorted(second);
}

/** The fields that name the server to which a channel's secrets are sent. */
const serverFields = ['host', 'server'];

/**
 * Absent or empty secret values are unchanged, unless another server would receive them.
 *
 * @throws ChannelUnusable
 */
export function keepSecrets(before: StoredChannel, values: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(before.values).filter(([name]) => secretFields.has(name) && !values[name]?.trim());
  const isMoved = serverFields.some((field) => (values[field]?.trim() ?? '') !== (before.values[field] ?? ''));
  const [first] = kept;
  if (isMoved && first !== undefined) {
    throw new ChannelUnusable(first[0], 'It must be entered again, because another server would receive it.');
  }
  return { ...values, ...Object.fromEntries(kept) };
}

/** Empty values count as absent. @throws ChannelUnusable */
export function readValues(kind: ChannelKind, given: Readonly<Record<string, string>>): Record<string, string> {
  const values = Object.fromEntries(
    Object.entries(given)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([name, value]) => value !== '' && Object.hasOwn(channelValues[kind].shape, name)),
  );
  const parsed = channelValues[kind].safeParse(values);
  if (parsed.success) return values;
  const [issue] = parsed.error.issues;
  throw new ChannelUnusable(String(issue?.path[0] ?? ''), issue?.message ?? 'not usable');
}

/** A channel for the admin, with masked secrets. */
export function toView({ id, kind, name, enabled, values }: StoredChannel): AlertChannel {
  const shown = Object.entries(values).map(([field, value]) => [
    field,
    secretFields.has(field) ? maskValue(value) : value,
  ]);
  return { id, kind, name, enabled, values: Object.fromEntries(shown) };
}
