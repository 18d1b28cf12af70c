import { Buffer } from 'node:buffer';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type CapturedExchange, parseCapture } from '../../simulator/capture/capture.ts';
import { type Simulator, startSimulator } from '../../simulator/start-simulator.ts';
import { adminPassword } from '../support/gateway.ts';
import { runCommand, ServerProcess } from '../support/server-process.ts';

const email = 'jane.roe@acme-rockets.example';
const token = 'ATATT3xFfGF0Zz9-capture_token=4F1BD9A0';
const pair = Buffer.from(`${email}:${token}`).toString('base64');
const cloudId = '4f1bd9a0-77aa-4c1e-9d3e-1234567890ab';
const accountId = '712020:9c1d2e3f-5b10-4ac8-8d82-e05b22cc7d4e';
const site = 'https://acme-rockets.atlassian.net';
const person = 'Jane Roe';

/** Personal data that an answer may contain, in all possible spellings. */
const secrets = [email, token, pair, cloudId, accountId, site, person, 'jane', 'acme', 'rockets', 'hunter', 'Zürich'];
const spellings = secrets.flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1),
]);
const everything = `${person} <${email}> ${token} ${pair} ${cloudId} ${accountId} ${site}/wiki?user=jane password hunter2 Zürich`;

let folder: string;
let simulator: Simulator;
let upstream: Server;
let origin: string;
let capture: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'capture-'));
  simulator = await startSimulator();
  simulator.control.setDefault({ text: everything });
  upstream = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const address = upstream.address();
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  await command(origin, ['credentials', 'add', '--email', email, '--label', 'The rockets’ Jane'], `${token}\n`);
  await command(origin, ['doctor', '--capture', join(folder, 'capture.jsonl'), '--yes']);
  capture = readFileSync(join(folder, 'capture.jsonl'), 'utf8');
});

afterAll(async () => {
  upstream.closeAllConnections();
  upstream.close();
  await simulator.close();
  rmSync(folder, { recursive: true });
});

async function command(atlassian: string, parameters: readonly string[], input = '') {
  const result = await runCommand({
    arguments: parameters,
    input,
    environment: { DATA_DIR: join(folder, 'data'), ATLASSIAN_ORIGIN: atlassian },
  });
  expect(result).toMatchObject({ code: 0 });
  return result;
}

/** The simulator's answers with additional personal data, split at arbitrary positions. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const personal = {
    'x-request-id': cloudId,
    'x-user': accountId,
    'x-forwarded-user': email,
    'set-cookie': [`session=${token}`, `who=${encodeURIComponent(email)}`],
    location: `${site}/login?as=${encodeURIComponent(email)}`,
  };
  const body = await buffer(request);
  const path = request.url ?? '/';
  const reply = (status: number, type: string, text: string) =>
    response.writeHead(status, { 'content-type': type, ...personal }).end(text);
  if (path.endsWith('/credits/check')) return void reply(200, 'application/json', JSON.stringify(credits));
  if (path.endsWith('/sites')) return void reply(200, 'application/json', JSON.stringify(sites));
  if (path.endsWith('/v2/beta/chat')) return void reply(403, 'text/html', `<html><h1>Forbidden</h1>${everything}`);
  if (path.endsWith('/chat/completions') && path.includes('google')) {
    return void reply(429, 'application/json', JSON.stringify({ timestamp: 1767225600000, error: everything, path }));
  }
  const { status, headers, body: answered } = await forward(path, request, body);
  response.writeHead(status, { 'content-type': headers.get('content-type') ?? '', ...personal });
  for (let at = 0; at < answered.length; at += 11) response.write(answered.subarray(at, at + 11));
  response.end();
}

/** The small request's token limit, which would truncate the answer before all personal data. */
const limit = /"(max_tokens|max_completion_tokens|max_output_tokens|maxOutputTokens)":\d+/;

async function forward(path: string, { method = 'GET', headers }: IncomingMessage, body: Buffer) {
  const { authorization = '', 'content-type': type = '' } = headers;
  const answered = await fetch(simulator.origin + path, {
    method,
    headers: { authorization, 'content-type': type, 'x-atlassian-encodedtoken': pair },
    ...(body.length !== 0 && { body: body.toString('utf8').replace(limit, '"$1":1000') }),
  });
  return { status: answered.status, headers: answered.headers, body: Buffer.from(await answered.arrayBuffer()) };
}

const credits = {
  status: 'OK',
  message: `Hello ${person}`,
  accountId,
  cloudId,
  balance: { monthlyTotal: 98765, monthlyUsed: 43210, monthlyRemaining: 55555, ownedBy: { [email]: person } },
};
const sites = {
  sites: [{ siteId: cloudId, siteUrl: site, displayName: `${person}’s rockets`, hasActivePlan: true }],
};

/** The readable content of the file after decoding. */
function readings(text: string): string[] {
  const { exchanges } = parseCapture(text);
  const bodies = exchanges.map(({ response }) => Buffer.concat((response?.frames ?? []).map(({ bytes }) => bytes)));
  const texts = bodies.map((body) => body.toString('utf8'));
  const encoded = texts.flatMap((body) =>
    [...body.matchAll(/[A-Za-z0-9+/]{16,}={0,2}/g)].map(([run]) => Buffer.from(run, 'base64').toString('utf8')),
  );
  // Model output arrives a few characters at a time.
  const said = [...texts, ...encoded].flatMap((body) => [...body.matchAll(/"text":\s*"([^"]*)"/g)].map(([, t]) => t));
  return [text, ...texts, ...encoded, said.join('')];
}

it('holds an exchange for each route, streamed and not', () => {
  const { exchanges } = parseCapture(capture);
  const count = (wanted: string) => exchanges.filter(({ route }) => route === wanted).length;
  expect(count('credits')).toBe(1);
  expect(count('sites')).toBe(1);
  const routes = new Set(exchanges.map(({ route }) => route).filter((route) => !['credits', 'sites'].includes(route)));
  expect(routes.size).toBe(7);
  for (const route of routes) expect({ route, count: count(route) }).toEqual({ route, count: 2 });
  expect(exchanges.every(({ response }) => response?.end === 'complete')).toBe(true);
});

it('contains no personal data', () => {
  const found = readings(capture).flatMap((reading) =>
    spellings.filter((secret) => reading.toLowerCase().includes(secret.toLowerCase())),
  );
  expect(found).toEqual([]);
  expect(readings(capture).join('\n')).toContain('Xxxx Xxx <xxxx.xxx@xxxx-xxxxxxx.xxxxxxx>');
  expect(capture).not.toMatch(/98765|43210|55555/);
});

it('still shows how the service answers', () => {
  const { exchanges } = parseCapture(capture);
  const first = (route: string) => {
    const exchange = exchanges.find((candidate) => candidate.route === route);
    return { ...exchange?.response, body: bodyOf(exchange) };
  };
  expect(first('unified')).toMatchObject({ status: 403, body: expect.stringContaining('<html><h1>Forbidden</h1>') });
  expect(JSON.parse(first('credits').body)).toMatchObject({ status: 'OK', balance: { monthlyTotal: 11111 } });
  expect(JSON.parse(first('sites').body).sites[0].siteUrl).toMatch(/^xxxxx:\/\/xxxx-xxxxxxx\.xxxxxxxxx\.xxx$/);
  expect(JSON.parse(first('vertex-anthropic').body)).toMatchObject({ type: 'message', stop_reason: 'end_turn' });
});

const bodyOf = (exchange: CapturedExchange | undefined) =>
  Buffer.concat((exchange?.response?.frames ?? []).map(({ bytes }) => bytes)).toString('utf8');

it('can be replayed: a gateway answers with it, by every family’s own route', async () => {
  const replay = await startSimulator({ replay: parseCapture(capture), replaySpeed: 0 });
  const server = await ServerProcess.serve({
    DATA_DIR: join(folder, 'replayed'),
    ATLASSIAN_ORIGIN: replay.origin,
    ADMIN_PASSWORD: adminPassword,
  });
  try {
    const environment = { DATA_DIR: join(folder, 'replayed'), ATLASSIAN_ORIGIN: replay.origin };
    await runCommand({
      arguments: ['credentials', 'add', '--email', 'other@example.com'],
      input: `${token}\n`,
      environment,
    });
    const created = await runCommand({ arguments: ['keys', 'create', '--name', 'replay', '--json'], environment });
    const { key } = z.object({ key: z.string() }).parse(JSON.parse(created.stdout));
    const models = requestedModels(parseCapture(capture).exchanges);
    expect(models.size).toBeGreaterThan(2);
    for (const model of models) {
      for (const stream of [false, true]) {
        const response = await fetch(`${server.origin}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hello' }] }),
        });
        const text = await response.text();
        expect({ model, status: response.status, text }).toEqual({ model, status: 200, text });
        expect(text).toMatch(stream ? /data: \[DONE\]\n\n$/ : /"finish_reason":"stop"/);
      }
    }
  } finally {
    await server.stop();
    await replay.close();
  }
});

/** Ids of the requested models. */
function requestedModels(exchanges: readonly CapturedExchange[]): Set<string> {
  const own: Readonly<Record<string, string>> = {
    'vertex-anthropic': 'anthropic',
    'vertex-gemini': 'google',
    'openai-chat': 'openai',
  };
  return new Set(
    exchanges.flatMap(({ route, request }) => {
      const vendor = own[route];
      const inPath = /\/models\/([^:]+):/.exec(request.path)?.[1];
      const inBody: unknown = JSON.parse(request.body ?? '{}');
      const model = inPath ?? z.object({ model: z.string() }).safeParse(inBody).data?.model;
      return vendor === undefined || model === undefined ? [] : [`${vendor}:${decodeURIComponent(model)}`];
    }),
  );
}
