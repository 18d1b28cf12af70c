import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credential } from '../account/authentication.ts';
import { describeKnob, readSettingsObject, type Settings } from '../behaviour.ts';
import { readBody } from '../delivery/read-body.ts';
import type { SimulatorCore } from '../handle-request.ts';
import { asNumber, asRecord, asString, isRecord, parseJson } from '../json.ts';
import { knobs } from '../knobs.ts';
import type { SimulatorControl } from './control.ts';

export const controlPath = '/__simulator';

type Result = { readonly status: number; readonly body: unknown };

const done: Result = { status: 204, body: null };

function bad(message: string): Result {
  return { status: 400, body: { message } };
}

/** Serves the control endpoint, which the README describes. */
export async function handleControlRequest(
  core: SimulatorCore,
  control: SimulatorControl,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const bytes = await readBody(request);
  if (bytes === null) return;
  const steps = url.pathname
    .slice(controlPath.length)
    .split('/')
    .filter((step) => step !== '')
    .map(decodeURIComponent);
  const call = {
    method: request.method ?? '',
    steps,
    body: parseJson(bytes.toString('utf8')),
    query: url.searchParams,
  };
  const result = route(core, control, call);
  response.writeHead(result.status, { 'content-type': 'application/json' });
  response.end(result.status === 204 ? '' : `${JSON.stringify(result.body, null, 2)}\n`);
}

type Call = {
  readonly method: string;
  readonly steps: readonly string[];
  readonly body: unknown;
  readonly query: URLSearchParams;
};

function route(core: SimulatorCore, control: SimulatorControl, call: Call): Result {
  switch (`${call.method} ${call.steps[0] ?? ''}`) {
    case 'GET ':
      return { status: 200, body: describeSimulator() };
    case 'GET behaviours':
      return { status: 200, body: describeConfiguration(core) };
    case 'PUT behaviours':
    case 'DELETE behaviours':
      return setBehaviour(control, call);
    case 'GET requests':
      return listRequests(control, call);
    case 'DELETE requests':
      control.clearRequests();
      return done;
    case 'GET state':
      return { status: 200, body: control.state() };
    case 'GET cache':
      return { status: 200, body: control.cacheReport(Object.fromEntries(call.query)) };
    case 'PUT credentials':
      return allowCredentials(control, call.body);
    case 'DELETE credentials':
      control.allowOnly(null);
      return done;
    case 'POST clock':
      return advanceClock(control, call.body);
    case 'POST reset':
      control.reset();
      return done;
    default:
      return { status: 404, body: { message: `No such control: ${call.method} ${call.steps.join('/')}` } };
  }
}

/** Reads `{"advanceMs": 60000}`. */
function advanceClock(control: SimulatorControl, body: unknown): Result {
  const milliseconds = asNumber(asRecord(body).advanceMs);
  if (milliseconds === null) return bad('body: expected {"advanceMs": milliseconds}');
  control.advanceClock(milliseconds);
  return done;
}

function describeSimulator(): object {
  return {
    calls: [
      'GET|PUT|DELETE behaviours/default',
      'PUT|DELETE behaviours/models/{model}',
      'PUT|DELETE behaviours/credentials/{email}',
      'PUT behaviours/next',
      'PUT|DELETE behaviours/script',
      'GET|DELETE requests',
      'GET state',
      'GET cache',
      'PUT|DELETE credentials',
      'POST clock',
      'POST reset',
    ],
    knobs: Object.fromEntries(
      Object.entries(knobs).map(([name, knob]) => [name, { allowed: describeKnob(knob), initial: knob.initial }]),
    ),
  };
}

function describeConfiguration({ configuration }: SimulatorCore): object {
  return {
    default: configuration.default,
    models: Object.fromEntries(configuration.models),
    credentials: Object.fromEntries(configuration.credentials),
    next: configuration.next,
    script: configuration.script,
  };
}

function setBehaviour(control: SimulatorControl, { method, steps, body }: Call): Result {
  const [, scope = '', name = ''] = steps;
  if (scope === 'next') return withSettings(body, control.next);
  if (scope === 'script') return withSettings(method === 'DELETE' ? [] : body, control.script);
  const reading = method === 'DELETE' ? { ok: true as const, settings: null } : readSettingsObject(body, 'body');
  if (!reading.ok) return bad(reading.problem);
  if (scope === 'default') control.setDefault(reading.settings ?? {});
  else if (scope === 'models' && name !== '') control.setModel(name, reading.settings);
  else if (scope === 'credentials' && name !== '') control.setCredential(name, reading.settings);
  else return bad('behaviours need default, models/{model}, credentials/{email}, next or script');
  return done;
}

function withSettings(body: unknown, set: (...settings: readonly Settings[]) => void): Result {
  if (!Array.isArray(body)) return bad('body: expected a list of objects of knobs');
  const settings: Settings[] = [];
  for (const [index, item] of body.entries()) {
    const reading = readSettingsObject(item, `body[${index}]`);
    if (!reading.ok) return bad(reading.problem);
    settings.push(reading.settings);
  }
  set(...settings);
  return done;
}

function listRequests(control: SimulatorControl, { steps, query }: Call): Result {
  const number = steps[1];
  if (number !== undefined) {
    const found = control.requests().find((request) => String(request.number) === number);
    return found === undefined
      ? { status: 404, body: { message: `No request ${number} is kept` } }
      : { status: 200, body: found };
  }
  const limit = Number(query.get('limit') ?? 100);
  const filters = [...query].filter(([name]) => name !== 'limit');
  const found = control
    .requests()
    .filter((request) => filters.every(([name, value]) => String(Reflect.get(request, name)) === value));
  return { status: 200, body: { total: found.length, requests: found.slice(-limit) } };
}

function allowCredentials(control: SimulatorControl, body: unknown): Result {
  if (!Array.isArray(body)) return bad('body: expected a list of {email, token}');
  const credentials: Credential[] = body
    .filter(isRecord)
    .map(({ email, token }) => ({ email: asString(email), token: asString(token) }));
  control.allowOnly(credentials);
  return done;
}
