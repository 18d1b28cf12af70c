import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { model as knownModel } from '../../contract/models.ts';
import { cheapAccount, cheapPassword } from '../../server/admin/testing/cheap-account.ts';
import { createLog } from '../../server/compose/logger.ts';
import { type Gateway, startGateway } from '../../server/compose/start-gateway.ts';
import { type Config, readConfig } from '../../server/config.ts';
import { loadSecretKey } from '../../server/lib/secret-key.ts';
import { withoutUndefined } from '../../server/lib/without-undefined.ts';
import { openStore } from '../../server/store/open-store.ts';
import { type Simulator, startSimulator } from '../../simulator/start-simulator.ts';

export const adminPassword = cheapPassword;
/** Default email of `addCredential`. */
export const testToken = 'ATATT-test-token-0123456789';

/** A real gateway in front of a real simulator, on free ports and a temporary folder. */
export interface TestBench {
  readonly origin: string;
  /** For OpenAI's clients. */
  readonly baseURL: string;
  readonly simulator: Simulator;
  readonly dataDir: string;
  /** Everything the gateway has logged so far. */
  readonly log: () => string;
  /** The logged-in admin's cookie, as a browser sends it. */
  cookie(): Promise<string>;
  /** Calls the admin API as the logged-in admin. */
  admin(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  addCredential(email: string, token?: string): Promise<string>;
  /** Disables all of a model's upstream routes except one. */
  useOnlyRoute(model: string, route: string): Promise<void>;
  generateKey(name?: string, settings?: Readonly<Record<string, unknown>>): Promise<{ id: string; key: string }>;
  /** Sends `POST /v1/chat/completions` with a key that is created on the first call. */
  chat(body: unknown, options?: ChatOptions): Promise<Response>;
  /** Restarts the gateway on the same folder. @param meanwhile runs while the gateway is stopped */
  restart(meanwhile?: () => void): Promise<void>;
  /** Stops the gateway; the simulator keeps running. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface ChatOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const withId = z.object({ id: z.string() });
const withKey = z.object({ id: z.string(), key: z.string() });
const modelList = z.object({ models: z.array(knownModel) });

/** Creates the admin account of a new data folder, without the costs of checking and hashing a password. */
async function createCheapAccount({ dataDir, databaseUrl, secretKey }: Config): Promise<void> {
  const { key } = loadSecretKey({ dataDir, secretKey });
  const store = await openStore({ dataDir, databaseUrl, secretKey: key });
  await store.admin.createAccount(cheapAccount);
  await store.close();
}

export async function startTestBench(environment: Readonly<Record<string, string>> = {}): Promise<TestBench> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gateway-'));
  const simulator = await startSimulator();
  const config = readConfig({
    PORT: '0',
    DATA_DIR: dataDir,
    ATLASSIAN_ORIGIN: simulator.origin,
    LOG_LEVEL: 'debug',
    ...environment,
  });
  const lines: string[] = [];
  const log = createLog(config.logLevel, { write: (line) => void lines.push(line) });
  await createCheapAccount(config);
  let gateway: Gateway = await startGateway(config, log);
  let cookie = '';
  let ownKey: Promise<{ id: string; key: string }> | undefined;

  async function call(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${gateway.origin}/admin/api${path}`, {
      method,
      headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  async function logIn(): Promise<void> {
    const response = await call('POST', '/login', { password: adminPassword });
    if (!response.ok) throw new Error(`login: ${response.status} ${await response.text()}`);
    cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
  }

  async function admin(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    if (cookie === '') await logIn();
    const response = await call(method, path, body);
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  async function generateKey(name = 'test', settings = {}): Promise<{ id: string; key: string }> {
    return withKey.parse((await admin('POST', '/keys', { name, ...settings })).body);
  }

  return {
    get origin() {
      return gateway.origin;
    },
    get baseURL() {
      return `${gateway.origin}/v1`;
    },
    simulator,
    dataDir,
    log: () => lines.join(''),
    admin,
    async cookie() {
      if (cookie === '') await logIn();
      return cookie;
    },
    async addCredential(email, token = testToken) {
      return withId.parse((await admin('POST', '/credentials', { email, token })).body).id;
    },
    async useOnlyRoute(model, route) {
      const { models } = modelList.parse((await admin('GET', '/models')).body);
      const known = models.find((one) => one.id === model);
      if (!known?.endpoints.some((one) => one.route === route)) throw new Error(`${model} has no route ${route}`);
      const endpoints = known.endpoints.map((one) => ({ ...one, enabled: one.route === route }));
      const { status, body } = await admin('PATCH', `/models/${encodeURIComponent(model)}`, { endpoints });
      if (status !== 200) throw new Error(`endpoints: ${status} ${JSON.stringify(body)}`);
    },
    generateKey,
    async chat(body, { headers = {}, signal } = {}) {
      ownKey ??= generateKey('the bench');
      const { key } = await ownKey;
      return fetch(`${gateway.origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
        ...withoutUndefined({ signal }),
      });
    },
    async restart(meanwhile) {
      await gateway.close();
      meanwhile?.();
      gateway = await startGateway(config, log);
    },
    stop: () => gateway.close(),
    async close() {
      await gateway.close();
      await simulator.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
