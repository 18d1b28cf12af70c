import { lookup as lookUpByDns } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { errorCode } from '../lib/error-code.ts';
import { http } from '../lib/node-http.ts';
import type { ChannelAnswer, ChannelCall } from './channels/call.ts';
import { type AllowedHost, type LookUp, resolveAllowedHost } from './resolve-allowed-host.ts';

/** Maximum number of bytes to read of a response. */
const maxResponseBytes = 4096;
/** From the connection to the end of the response; milliseconds. */
const timeout = 15_000;

export interface PostOptions {
  readonly allowPrivate: boolean;
  /** The gateway's proxy. If set, the proxy resolves host names. */
  readonly proxy: ForwardProxy;
  /** Default: the system's resolver. */
  readonly lookUp?: LookUp;
}

export interface ForwardProxy {
  readonly http: string | undefined;
  readonly https: string | undefined;
  readonly exceptions: string | undefined;
}

/**
 * Sends one POST request. Follows no redirects and only connects to the addresses that were checked. @throws if there was
 * no response
 */
export async function post(call: ChannelCall, { allowPrivate, proxy, lookUp }: PostOptions): Promise<ChannelAnswer> {
  const url = new URL(call.url);
  const isSecure = url.protocol === 'https:';
  const byProxy = (isSecure ? proxy.https : proxy.http) !== undefined;
  const host = await resolveAllowedHost(url.hostname, allowPrivate, lookUp).catch((error: unknown) => {
    // Behind a proxy, names often cannot be resolved locally. The proxy resolves them.
    if (byProxy && isUnknownName(error)) return error;
    throw error;
  });
  const agentOptions = byProxy ? { proxyEnv: toEnvironment(proxy) } : {};
  const agent = isSecure ? new https.Agent(agentOptions) : new http.Agent(agentOptions);
  const options = {
    method: 'POST',
    agent,
    headers: { ...call.headers, 'content-length': Buffer.byteLength(call.body) },
    signal: AbortSignal.timeout(timeout),
    lookup: answerFor(url.hostname, host),
  };
  try {
    return await new Promise<ChannelAnswer>((resolve, reject) => {
      const request = (isSecure ? https : http).request(url, options, (response) => {
        readAnswer(response).then(resolve, reject);
      });
      request.on('error', reject);
      request.end(call.body);
    });
  } finally {
    agent.destroy();
  }
}

async function readAnswer(response: IncomingMessage): Promise<ChannelAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    chunks.push(chunk);
    length += chunk.length;
    if (length >= maxResponseBytes) break;
  }
  return {
    status: response.statusCode ?? 0,
    body: Buffer.concat(chunks).subarray(0, maxResponseBytes).toString('utf8'),
  };
}

/**
 * A resolver that returns the checked addresses of a host, or that it was unknown. The next time, the name may resolve to
 * other addresses. All other names are those of proxies.
 */
function answerFor(name: string, host: AllowedHost | Error): LookupFunction {
  return (asked, options, done) => {
    if (asked !== name) lookUpByDns(asked, options, done);
    else if (host instanceof Error) done(host, []);
    // Node tries them one after the other: one may be unreachable, such as every IPv6 address in some networks.
    else if (options.all === true) done(null, [...host.addresses]);
    else done(null, host.addresses[0]?.address ?? '', host.addresses[0]?.family);
  };
}

function isUnknownName(error: unknown): error is Error {
  const code = errorCode(error);
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN';
}

function toEnvironment({ http, https, exceptions }: ForwardProxy) {
  return { HTTP_PROXY: http, HTTPS_PROXY: https, NO_PROXY: exceptions };
}
