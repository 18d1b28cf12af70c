import { type Key, keyRoutes } from '../../../contract/keys.ts';
import type { ApiKey } from '../../keys/key.ts';
import { readSpending } from '../../keys/read-spending.ts';
import type { Activity } from '../../ledger/ledger.ts';
import { ownSession } from './admin-call.ts';
import { notFound } from './admin-failure.ts';
import type { AdminServices } from './admin-services.ts';
import { type BoundRoute, bindRoute } from './bind-route.ts';
import { changedFieldNames } from './changed-fields.ts';

const activityDays = 14;

/** API keys. */
export function bindKeyRoutes({ admin, keys, ledger, clock }: AdminServices): BoundRoute[] {
  async function encode(key: ApiKey): Promise<Key> {
    return toKey(key, (await ledger.keyActivity(key.id)).get(key.id));
  }

  return [
    bindRoute(keyRoutes.list, async () => {
      const activity = await ledger.keyActivity();
      return { keys: keys.list().map((key) => toKey(key, activity.get(key.id))) };
    }),
    bindRoute(keyRoutes.get, async ({ params }) => {
      const key = keys.get(params.id);
      if (key === undefined) throw notFound('key');
      return { ...(await encode(key)), ...(await readSpending(ledger, key.id, clock())) };
    }),
    bindRoute(keyRoutes.generate, async ({ body, audit }) => {
      const { key, secret } = await keys.generate(body);
      await audit('key.generate', key.name, key.masked);
      return { ...(await encode(key)), key: secret };
    }),
    bindRoute(keyRoutes.edit, async ({ params, body, audit }) => {
      const key = await keys.edit(params.id, body);
      if (key === undefined) throw notFound('key');
      await audit('key.edit', key.name, `changed: ${changedFieldNames(body)}`);
      return encode(key);
    }),
    bindRoute(keyRoutes.reveal, async ({ params, body, session, audit }) => {
      const known = keys.get(params.id);
      if (known === undefined) throw notFound('key');
      await admin.confirmPassword(body.password, ownSession(session).id);
      const key = await keys.reveal(params.id);
      if (key === undefined) throw notFound('key');
      await audit('key.reveal', known.name, known.masked);
      return { key };
    }),
    bindRoute(keyRoutes.rotate, async ({ params, audit }) => {
      const rotated = await keys.rotate(params.id);
      if (rotated === undefined) throw notFound('key');
      await audit('key.rotate', rotated.key.name, rotated.key.masked);
      return { ...(await encode(rotated.key)), key: rotated.secret };
    }),
    bindRoute(keyRoutes.revoke, async ({ params, audit }) => {
      const key = keys.get(params.id);
      if (key === undefined || !(await keys.revoke(params.id))) throw notFound('key');
      await audit('key.revoke', key.name, key.masked);
    }),
  ];
}

function toKey(key: ApiKey, activity: readonly Activity[] | undefined): Key {
  const { models, addresses } = key.limits;
  return {
    id: key.id,
    name: key.name,
    maskedKey: key.masked,
    enabled: key.enabled,
    createdAt: key.createdAt,
    expiresAt: key.expiresAt,
    lastUsedAt: key.lastUsedAt,
    limits: { ...key.limits, models: models && [...models], addresses: addresses && [...addresses] },
    promptCaching: key.promptCaching,
    contentLoggingUntil: key.contentLoggingUntil,
    activity: activity?.map(({ requests }) => requests) ?? new Array(activityDays).fill(0),
  };
}
