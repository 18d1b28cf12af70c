import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Accounts } from './account/accounts.ts';
import { answerCredits, answerSites } from './account/answer-account-request.ts';
import { type Authentication, authenticate, type Credential } from './account/authentication.ts';
import { splitModel } from './answer/models.ts';
import type { Refusal } from './answer/prompt.ts';
import { answerModelRequest } from './answer-model-request.ts';
import { type Behaviour, initialBehaviour, type Settings } from './behaviour.ts';
import type { CacheLedger } from './cache/cache-ledger.ts';
import type { PromptCache } from './cache/prompt-cache.ts';
import type { Replay } from './capture/replay.ts';
import type { Clock } from './clock.ts';
import type { Configuration } from './configuration.ts';
import type { Recorder, RequestEntry } from './control/recorder.ts';
import { watchResponse } from './control/watch-response.ts';
import { deliver } from './delivery/deliver.ts';
import type { Reply } from './delivery/frame.ts';
import { readBody } from './delivery/read-body.ts';
import { asRecord, parseJson } from './json.ts';
import { applyDoor } from './refusal/doors.ts';
import type { ErrorFamily } from './refusal/error-families.ts';
import { encodeError } from './refusal/errors.ts';
import { gateFaults } from './refusal/fault-gate.ts';
import { creditsPath, findModelRoute, sitesPath } from './routes.ts';
import type { Wire, WireRequest } from './wire.ts';

/** The state shared by all requests of one simulator. */
export type SimulatorCore = {
  readonly configuration: Configuration;
  readonly accounts: Accounts;
  readonly caches: { readonly cache: PromptCache; readonly ledger: CacheLedger };
  readonly recorder: Recorder;
  /** Null when any credential is accepted. */
  allowedCredentials: readonly Credential[] | null;
  readonly clock: Clock;
  /** Null when the simulator answers by itself. */
  readonly replay: Replay | null;
  answers: number;
};

type Target =
  | { readonly kind: 'model'; readonly route: string; readonly wire: Wire; readonly pathParts: readonly string[] }
  | { readonly kind: 'account'; readonly route: 'credits' | 'sites' }
  | { readonly kind: 'unknown'; readonly route: '' };

/** One running request. */
type Visit = {
  readonly core: SimulatorCore;
  readonly target: Target;
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly body: unknown;
  readonly entry: RequestEntry;
};

/** The reply, how to deliver it, and a callback for the end of the request. */
type Decision = { readonly reply: Reply; readonly behaviour: Behaviour; readonly leave: () => void };

/** Serves one request of the simulated gateway and records it. */
export async function handleGatewayRequest(
  core: SimulatorCore,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const bytes = await readBody(request);
  if (bytes === null) return;
  const target = findTarget(request.method ?? '', url.pathname);
  const bodyText = bytes.toString('utf8');
  const body = parseJson(bodyText);
  const entry = core.recorder.add({
    kind: target.kind,
    route: target.route,
    method: request.method ?? '',
    path: request.url ?? '',
    headers: flattenHeaders(request),
    body,
    bodyText,
    bodyBytes: bytes.length,
    email: null,
    model: null,
    settings: {},
    startedAt: core.clock.now(),
    endedAt: null,
    outcome: 'in-flight',
    status: null,
    chunksSent: 0,
  });
  if (core.replay !== null) return replay(core, core.replay, entry, response, url);
  const decision = decide({ core, target, url, request, body, entry });
  core.recorder.changed(entry);
  await send(decision, core, entry, response);
}

/** Answers from a capture instead of simulating. */
function replay(
  core: SimulatorCore,
  captured: Replay,
  entry: RequestEntry,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const exchange = captured.findExchange({ method: entry.method, url, body: entry.body });
  if (exchange === null) {
    const message = `Simulator: the capture has no answer to ${entry.method} ${url.pathname}`;
    return send(refuseEarly({ status: 404, message }, 'message'), core, entry, response);
  }
  entry.route = exchange.route;
  entry.status = exchange.response?.status ?? null;
  const { recorder, clock } = core;
  const watch = watchResponse(entry, response, { recorder, now: clock.now, onClose: () => undefined });
  return captured.send(exchange, { response, ...watch });
}

function findTarget(method: string, path: string): Target {
  if (method === 'GET' && path === creditsPath) return { kind: 'account', route: 'credits' };
  if (method === 'GET' && path === sitesPath) return { kind: 'account', route: 'sites' };
  const found = method === 'POST' ? findModelRoute(path) : null;
  return found === null ? { kind: 'unknown', route: '' } : { kind: 'model', route: found.wire.name, ...found };
}

function flattenHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

function decide(visit: Visit): Decision {
  const { core, target, request, entry } = visit;
  if (target.kind === 'unknown')
    return refuseEarly({ status: 404, message: `No such route: ${entry.method} ${visit.url.pathname}` }, 'message');
  const authentication = authenticate(request.headers, core.allowedCredentials);
  entry.email = authentication.credential?.email ?? null;
  const written = target.kind === 'model' ? target.wire.locateModel(wireRequest(visit, target)) : '';
  const { model, suffix } = splitModel(written);
  entry.model = target.kind === 'model' ? model : null;
  const choice = core.configuration.choose({
    email: authentication.credential?.email ?? '',
    model,
    modelSuffix: suffix,
    header: entry.headers['x-simulate'] ?? '',
  });
  if (!choice.ok) return refuseEarly({ status: 400, message: `Simulator: ${choice.problem}` }, 'message');
  entry.settings = choice.settings;
  return target.kind === 'model'
    ? decideModel(visit, target, authentication, model, choice.behaviour)
    : decideAccount(visit, target.route, authentication, choice.behaviour);
}

function refuseEarly(refusal: Refusal, family: ErrorFamily, behaviour: Behaviour = initialBehaviour): Decision {
  const reply = encodeError(refusal, behaviour, family, {
    retryAfter: 0,
    balance: {},
    now: 0,
    path: '',
    entitlement: '',
  });
  return { reply, behaviour: initialBehaviour, leave: () => undefined };
}

type ModelTarget = Extract<Target, { readonly kind: 'model' }>;

function wireRequest({ body, url }: Visit, { pathParts }: ModelTarget): WireRequest {
  return { body: asRecord(body), pathParts, query: url.searchParams };
}

function decideModel(
  visit: Visit,
  target: ModelTarget,
  authentication: Authentication,
  model: string,
  chosen: Behaviour,
): Decision {
  const { core, entry } = visit;
  if (!authentication.ok) return refuseEarly(authentication.refusal, target.wire.errorFamily ?? 'message', chosen);
  if (visit.body === undefined)
    return refuseEarly(
      { status: 400, message: 'Request body is not valid JSON' },
      target.wire.errorFamily ?? 'message',
    );
  if (chosen['encoded-token'] === 'required' && entry.headers['x-atlassian-encodedtoken'] === undefined) {
    return refuseEarly({ status: 401, message: 'Unauthorized' }, target.wire.errorFamily ?? 'message', chosen);
  }
  const account = core.accounts.findAccount(authentication.credential.email);
  const leave = core.accounts.enter(account);
  const gated = gateFaults(chosen, account, core.clock.now());
  const behaviour = applyDoor(gated, target.wire.name, account.email, core.clock.now());
  const reply = answerModelRequest({
    wire: target.wire,
    request: wireRequest(visit, target),
    model,
    behaviour,
    account,
    accounts: core.accounts,
    caches: core.caches,
    cloudIds: {
      billing: entry.headers['x-rovodev-billing-cloudid'] ?? '',
      plain: entry.headers['x-atlassian-cloudid'] ?? '',
    },
    bodyBytes: entry.bodyBytes,
    path: visit.url.pathname,
    now: core.clock.now(),
    stepOf: (prompt) => core.configuration.stepOf(prompt),
    nextAnswerNumber: () => {
      core.answers += 1;
      return core.answers;
    },
  });
  return { reply, behaviour, leave };
}

function decideAccount(
  visit: Visit,
  route: 'credits' | 'sites',
  authentication: Authentication,
  behaviour: Behaviour,
): Decision {
  if (!authentication.ok) return refuseEarly(authentication.refusal, 'message');
  const { accounts } = visit.core;
  const { email } = authentication.credential;
  const hangs = behaviour[route] === 'hang';
  const reply =
    route === 'credits'
      ? answerCredits(accounts.findAccount(email), accounts, behaviour)
      : answerSites(email, behaviour);
  const delivered: Settings = hangs ? { hang: 'before-headers' } : {};
  return { reply, behaviour: { ...initialBehaviour, ...delivered }, leave: () => undefined };
}

/** Delivers the reply and records its progress. */
function send(decision: Decision, core: SimulatorCore, entry: RequestEntry, response: ServerResponse): Promise<void> {
  const { reply, behaviour, leave } = decision;
  entry.status = reply.kind === 'error' ? reply.status : 200;
  const watch = watchResponse(entry, response, { recorder: core.recorder, now: core.clock.now, onClose: leave });
  return deliver(reply, { response, behaviour, acceptEncoding: entry.headers['accept-encoding'] ?? '', ...watch });
}
