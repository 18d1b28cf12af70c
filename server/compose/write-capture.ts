import { open, rm } from 'node:fs/promises';
import type { ProbePlan } from '../catalogue/plan-probes.ts';
import { type CapturedExchange, type CaptureTarget, captureExchange } from '../doctor/capture/capture-exchange.ts';
import { maskWords } from '../doctor/capture/mask.ts';
import { type Owner, personalWordsOf, requireNothingPersonal } from '../doctor/capture/personal-words.ts';
import type { Credential } from '../pool/credential.ts';
import { listSites } from '../upstream/account.ts';
import { encodeByRoute } from '../upstream/routes/encode-for-route.ts';
import { upstreamRoutes } from '../upstream/routes/index.ts';
import type { Data } from './open-data.ts';
import { smallestRequest } from './probe-endpoint.ts';

export interface CaptureOptions {
  readonly data: Data;
  readonly credential: Credential;
  /** The models to call the routes with. */
  readonly probes: readonly ProbePlan[];
  readonly origin: string;
  /** The output file, which must not exist. */
  readonly file: string;
  readonly onExchange: (exchange: CapturedExchange) => void;
}

/** Timeout of one exchange; milliseconds. */
const timeout = 60_000;
const publicOrigin = 'https://api.atlassian.com';

/**
 * Calls each route twice, streamed and not streamed, and the account's endpoints. Writes the exchanges, with
 * placeholders for all personal data. The simulator's README describes the file format.
 *
 * @throws Error if the file exists or would contain personal data; then nothing is written
 */
export async function writeCapture(options: CaptureOptions): Promise<void> {
  const { file } = options;
  // Before any calls are made that cost credits.
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(await capture(options));
    await handle.close();
  } catch (error) {
    await handle.close();
    await rm(file);
    throw error;
  }
}

async function capture({ data, credential, probes, origin, onExchange }: CaptureOptions): Promise<string> {
  const sites = await listSites(data.client, credential).catch(() => []);
  const owner: Owner = {
    account: credential,
    label: credential.label,
    sites: sites.flatMap(({ siteId, siteUrl }) => [siteId, siteUrl]),
  };
  const personal = personalWordsOf(owner);
  const head = {
    format: 'atlassian-proxy-capture',
    version: 1,
    madeAt: new Date().toISOString(),
    origin: origin === publicOrigin ? origin : maskWords(origin, personal),
  };
  const lines: object[] = [head];
  // The name of a custom model may identify the admin.
  const shareable = probes.filter(({ model }) => data.catalogue.lookUp(model)?.source === 'builtin');
  const targets = [...targetsOfAccount(credential), ...shareable.flatMap((probe) => targetsOf(probe, credential))];
  for (const target of targets) {
    const exchange = await captureExchange(data.client, target, personal, timeout);
    onExchange(exchange);
    lines.push(exchange);
  }
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  requireNothingPersonal(text, owner);
  return text;
}

function targetsOfAccount(account: Credential): CaptureTarget[] {
  return ['credits/check', 'sites'].map((path) => ({
    route: path === 'sites' ? path : 'credits',
    request: { path: `/rovodev/v3/${path}`, account },
    ofAccount: true,
  }));
}

/** One streamed and one not streamed. */
function targetsOf({ route: name, model, endpoint }: ProbePlan, account: Credential): CaptureTarget[] {
  const route = upstreamRoutes.get(name);
  if (route === undefined) return [];
  return [false, true].map((stream) => {
    const { path, body } = encodeByRoute(
      route,
      { ...smallestRequest(model), stream },
      { model: endpoint.upstreamModel, maxOutputTokens: null, refusedMembers: new Set() },
    );
    const request = { path, body, account, encodedToken: route.encodedToken === true };
    return { route: name, request, ofAccount: false };
  });
}
