import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { adminApiPrefix } from '../../../../contract/index.ts';
import { type Admin, openAdmin } from '../../../admin/admin.ts';
import { createLoginThrottle } from '../../../admin/login-throttle.ts';
import { cheapAccount, cheapPassword } from '../../../admin/testing/cheap-account.ts';
import { createAlerts } from '../../../alerts/alerts.ts';
import { createBackupSchedule } from '../../../backup/schedule.ts';
import { createCatalogue } from '../../../catalogue/catalogue.ts';
import { planProbes } from '../../../catalogue/plan-probes.ts';
import { testRoutes } from '../../../catalogue/testing/routes.ts';
import { Failure } from '../../../conversation/failure.ts';
import { createDoctor } from '../../../doctor/doctor.ts';
import { createKeyRegistry, type KeyRegistry } from '../../../keys/key-registry.ts';
import { createLedger } from '../../../ledger/ledger.ts';
import { createId } from '../../../lib/ids.ts';
import { Unavailable } from '../../../lib/unavailable.ts';
import { createPool, type Pool } from '../../../pool/pool.ts';
import { createSettings } from '../../../settings/settings-registry.ts';
import { openStore, type Store } from '../../../store/open-store.ts';
import { secureConsole } from '../../security/headers.ts';
import { registerAdminApi } from '../register-admin-api.ts';

export const password = cheapPassword;
export const goodToken = 'ATATT3xFfGF0_good-token-of-a-usual-length_wxyz';
export const badToken = 'ATATT3xFfGF0_bad-token-of-a-usual-length_wxyz';

class FullDisk extends Unavailable {
  readonly isUnavailable = true;
}

/** The admin API with a database of its own. The admin's password is `password`. */
export interface AdminApp {
  readonly app: FastifyInstance;
  readonly admin: Admin;
  readonly keys: KeyRegistry;
  readonly pool: Pool;
  readonly store: Store;
  /** Makes all later database writes fail. */
  breakStorage(): void;
  /** Everything that has been logged. */
  readonly log: () => string;
  close(): Promise<void>;
}

export interface AdminAppOptions {
  /** The password must be changed. */
  readonly passwordChangeRequired?: boolean;
  readonly trustProxy?: boolean;
  /** Limit per kind of guesser. */
  readonly attemptsPerMinute?: number;
}

export async function startAdminApp({
  passwordChangeRequired = false,
  trustProxy = false,
  attemptsPerMinute = 10_000,
}: AdminAppOptions = {}): Promise<AdminApp> {
  const dataDir = await mkdtemp(join(tmpdir(), 'admin-api-'));
  const store = await openStore({ dataDir, secretKey: createSecretKey(randomBytes(32)) });
  await store.admin.createAccount({ ...cheapAccount, passwordChangeRequired });
  const throttle = createLoginThrottle({ attemptsPerMinute });
  const admin = await openAdmin({ store: store.admin, throttle });
  const keys = await createKeyRegistry({ store: store.keys });
  const settings = await createSettings({ store: store.settings });
  const catalogue = createCatalogue(store.models, testRoutes);
  await catalogue.reload();
  const pool = await createPool({
    store: store.credentials,
    settings: () => settings.current().pool,
    accounts: {
      async checkCredits({ token }) {
        if (token === goodToken) return { status: 'ok', monthlyTotal: 350, monthlyUsed: 10 };
        throw new Failure('upstream-unavailable', 'Refused.', { fault: 'token', upstreamStatus: 401 });
      },
      listSites: async () => [{ cloudId: 'site-1', url: 'https://a.example', hasActivePlan: true, isTrial: false }],
    },
  });
  const backups = await createBackupSchedule({
    store: store.backups,
    settings: () => settings.current().backup,
    write: async () => ({ file: 'made.backup', bytes: 5 }),
    claimDuty: async () => true,
    clock: () => Date.now(),
  });
  let storageIsBroken = false;
  const lines: string[] = [];
  const app = fastify({ trustProxy, logger: { level: 'trace', stream: { write: (line) => lines.push(line) } } });
  await app.register(
    (scope) =>
      registerAdminApi(scope, {
        admin,
        keys,
        pool,
        catalogue,
        models: store.models,
        routes: testRoutes,
        probeEndpoint: async (credentialId, model, { route }) => ({
          ok: true,
          message: `asked ${credentialId} for ${model} by ${route}`,
          milliseconds: 1,
        }),
        doctor: createDoctor({
          host: [async () => [{ check: 'clock', state: 'good', code: 'clock-good', parameters: { seconds: '1' } }]],
          open: async () => ({
            engine: 'SQLite',
            credentials: () => pool.list(),
            test: (id, signal) => pool.test(id, signal),
            planRoutes: () => planProbes(catalogue.list(), testRoutes),
            tryRoute: async (_id, { route }) => ({
              ok: route !== 'unified',
              status: 403,
              message: `asked by ${route}`,
              milliseconds: 1,
            }),
          }),
        }),
        settings,
        alerts: createAlerts({
          store: store.alerts,
          readFacts: async () => ({
            now: 0,
            credentials: [],
            keys: [],
            traffic: { requests: 0, failures: 0 },
            backup: undefined,
            storageTrouble: undefined,
            isComplete: true,
          }),
          deliver: async ({ name }, { title }) => ({ ok: true, message: `${title} by ${name}` }),
          claimDuty: async () => true,
          link: undefined,
          newId: createId,
          clock: () => Date.now(),
          warn: () => undefined,
        }),
        backups: { ...backups, folder: () => '/backups', files: async () => [{ name: 'a.backup', bytes: 3, at: 4 }] },
        replicas: { list: () => [], sharingTrouble: () => undefined },
        ledger: createLedger(store.usage),
        refresh: async () => undefined,
        storageTrouble: () => undefined,
        requireStorage: async () => {
          if (storageIsBroken) throw new FullDisk('The disk is full.');
        },
        publicUrl: undefined,
        isLocal: true,
        version: '1.2.3',
        clock: () => Date.now(),
      }),
    { prefix: adminApiPrefix },
  );
  await app.register(async (scope) => {
    secureConsole(scope);
    scope.get('/admin/page', (_request, reply) => reply.type('text/html').send('<!doctype html>'));
  });
  return {
    app,
    admin,
    keys,
    pool,
    store,
    log: () => lines.join(''),
    breakStorage() {
      storageIsBroken = true;
    },
    async close() {
      await app.close();
      await Promise.all([keys.close(), pool.close(), admin.close()]);
      await store.close();
      await rm(dataDir, { recursive: true });
    },
  };
}
