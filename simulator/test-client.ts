import { type IncomingHttpHeaders, request } from 'node:http';
import { withoutUndefined } from '../server/lib/without-undefined.ts';
import type { RouteName } from './refusal/doors.ts';
import { gatewayPath } from './routes.ts';
import type { Simulator } from './start-simulator.ts';

/** A raw answer. `pieces` are the body's chunks as received; `error` describes an abnormal end of the connection. */
export type RawAnswer = {
  readonly status: number | null;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  readonly pieces: readonly Buffer[];
  readonly error: string | null;
};

export type RawRequest = {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Called with the body so far, first when the headers have arrived; returning true disconnects the client. */
  readonly leaveWhen?: (text: string) => boolean;
};

/** The header that authenticates a credential. */
export function basic(email = 'alice@example.com', token = 'token'): string {
  return `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`;
}

/** Sends one request on a new connection and collects the response; never rejects. */
export function send(
  simulator: Simulator,
  { method, path, headers = {}, body, signal, leaveWhen = () => false }: RawRequest,
): Promise<RawAnswer> {
  const sentBody = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve) => {
    let status: number | null = null;
    let received: IncomingHttpHeaders = {};
    const pieces: Buffer[] = [];
    const finish = (error: string | null): void => {
      const whole = Buffer.concat(pieces);
      resolve({ status, headers: received, body: whole, text: whole.toString('utf8'), pieces, error });
    };
    const outgoing = request(
      `${simulator.origin}${path}`,
      {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: { authorization: basic(), ...headers },
        agent: false,
        ...withoutUndefined({ signal }),
      },
      (response) => {
        status = response.statusCode ?? null;
        received = response.headers;
        const checkOutput = (): void => {
          if (leaveWhen(Buffer.concat(pieces).toString('utf8'))) outgoing.destroy();
        };
        response.on('data', (piece: Buffer) => {
          pieces.push(piece);
          checkOutput();
        });
        response.on('end', () => finish(null));
        response.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
        checkOutput();
      },
    );
    outgoing.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
    outgoing.end(sentBody);
  });
}

export const unifiedPath = '/rovodev/v2/proxy/ai/v2/beta/chat';

export type ChatOptions = {
  readonly knobs?: string;
  readonly model?: string;
  readonly email?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  readonly leaveWhen?: (text: string) => boolean;
};

/** Sends a chat to the unified endpoint; the user says "hello wide world" unless the payload has messages. */
export function chat(simulator: Simulator, options: ChatOptions = {}): Promise<RawAnswer> {
  const { knobs = '', model = 'sim-model', email, headers = {}, payload = {}, signal, leaveWhen } = options;
  return send(simulator, {
    path: unifiedPath,
    headers: { authorization: basic(email), ...(knobs !== '' && { 'x-simulate': knobs }), ...headers },
    body: {
      request_payload: { messages: [{ role: 'user', content: 'hello wide world' }], ...payload },
      platform_attributes: { model },
    },
    ...withoutUndefined({ signal, leaveWhen }),
  });
}

/** Like `chat`, but streaming. */
export function streamChat(simulator: Simulator, options: ChatOptions = {}): Promise<RawAnswer> {
  return chat(simulator, { ...options, payload: { stream: true, ...options.payload } });
}

/** The event data of a stream in the plain format; `[DONE]` stays a string. */
export function readEvents(text: string): readonly unknown[] {
  return text
    .split('\n\n')
    .filter((event) => event.includes('data: '))
    .map((event) => event.slice(event.indexOf('data: ') + 6))
    .map((data): unknown => (data === '[DONE]' ? data : JSON.parse(data)));
}

/** The value at a path of member names and indexes, such as `choices.0.delta`; undefined where there is none. */
export function pick(value: unknown, path: string): unknown {
  let found = value;
  for (const step of path.split('.')) {
    if (typeof found !== 'object' || found === null) return undefined;
    const next: unknown = Reflect.get(found, step);
    found = next;
  }
  return found;
}

export type NativeRoute = Exclude<RouteName, 'unified'>;

export type NativeRequest = {
  readonly model?: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly knobs?: string;
  readonly email?: string;
  readonly stream?: boolean;
};

/** A model that each native route serves. */
export const nativeModels: Readonly<Record<NativeRoute, string>> = {
  'vertex-anthropic': 'claude-sonnet-4@20250514',
  'bedrock-anthropic': 'anthropic.claude-sonnet-4-20250514-v1:0',
  'vertex-gemini': 'gemini-2.5-flash',
  'gemini-chat': 'gemini-2.5-flash',
  'openai-chat': 'gpt-5.1',
  'openai-responses': 'gpt-5.1',
};

/** Sends a request to a native route, adding what the route requires in path and body to the given members. */
export function askRoute(simulator: Simulator, route: NativeRoute, asked: NativeRequest): Promise<RawAnswer> {
  const { model = nativeModels[route], body, knobs = '', email, stream = false } = asked;
  const [path, added] = locateRoute(route, encodeURIComponent(model), stream);
  const inBody = route.startsWith('openai') || route === 'gemini-chat' ? { model, stream } : {};
  return send(simulator, {
    path: `${gatewayPath}${path}`,
    body: { ...inBody, ...added, ...body },
    headers: { authorization: basic(email), ...(knobs !== '' && { 'x-simulate': knobs }) },
  });
}

function locateRoute(route: NativeRoute, model: string, stream: boolean): readonly [string, object] {
  switch (route) {
    case 'vertex-anthropic': {
      const method = stream ? 'streamRawPredict' : 'rawPredict';
      return [
        `/v1/google/v1/publishers/anthropic/models/${model}:${method}`,
        { anthropic_version: 'vertex-2023-10-16', max_tokens: 4096 },
      ];
    }
    case 'bedrock-anthropic': {
      const method = stream ? 'invoke-with-response-stream' : 'invoke';
      return [`/v1/bedrock/model/${model}/${method}`, { anthropic_version: 'bedrock-2023-05-31', max_tokens: 4096 }];
    }
    case 'vertex-gemini': {
      const method = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
      return [`/v1/google/v1/publishers/google/models/${model}:${method}`, {}];
    }
    case 'gemini-chat':
      return ['/v1/google/publishers/google/v1/chat/completions', {}];
    case 'openai-chat':
      return ['/v1/openai/v1/chat/completions', {}];
    case 'openai-responses':
      return ['/v1/openai/v1/responses', {}];
  }
}

/** The message of an error in any vendor's format; `accepted` if there is none. */
export function wordsOf({ status, text }: RawAnswer): string {
  if (status === 200) return 'accepted';
  const told: unknown = JSON.parse(text);
  return String(pick(told, 'error.message') ?? pick(told, 'message'));
}
