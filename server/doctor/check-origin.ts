import type { Finding } from '../../contract/doctor.ts';
import type { ProxySettings } from '../upstream/connections.ts';
import type { OriginAnswer } from '../upstream/probe-origin.ts';
import { reasonOf } from './check-host.ts';

export interface OriginSources {
  readonly origin: string;
  readonly proxy: ProxySettings;
  /** @throws Error with a one-line message */
  readonly resolveName: (host: string) => Promise<string>;
  /** @throws Failure */
  readonly probeOrigin: () => Promise<OriginAnswer>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** Tolerated clock differences in seconds: smaller ones come from network latency, larger ones break timed features. */
const tolerableSeconds = 30;
const harmfulSeconds = 300;

/** Checks the way to the upstream (proxy, name, connection, TLS), and the clock against the upstream's. */
export async function checkOrigin(sources: OriginSources): Promise<Finding[]> {
  const { origin, proxy } = sources;
  const { hostname, protocol } = new URL(origin);
  const used = protocol === 'https:' ? (proxy.https ?? proxy.http) : proxy.http;
  // A proxy resolves the name itself.
  const name = used === undefined ? [await checkName(hostname, sources)] : [];
  return [describeProxy(used, proxy.exceptions), ...name, ...(await checkAnswer(sources))];
}

function describeProxy(used: string | undefined, exceptions: string | undefined): Finding {
  if (used === undefined) return { check: 'proxy', state: 'good', code: 'proxy-none', parameters: {} };
  const proxy = withoutPassword(used);
  return exceptions === undefined
    ? { check: 'proxy', state: 'good', code: 'proxy-used', parameters: { proxy } }
    : { check: 'proxy', state: 'good', code: 'proxy-partly', parameters: { proxy, exceptions } };
}

function withoutPassword(proxy: string): string {
  return URL.parse(proxy)?.origin ?? 'a proxy';
}

async function checkName(host: string, { resolveName }: OriginSources): Promise<Finding> {
  try {
    const address = await resolveName(host);
    return { check: 'name', state: 'good', code: 'name-found', parameters: { host, address } };
  } catch (error) {
    return { check: 'name', state: 'bad', code: 'name-unknown', parameters: { host, reason: reasonOf(error) } };
  }
}

async function checkAnswer({ origin, probeOrigin, clock }: OriginSources): Promise<Finding[]> {
  try {
    const { milliseconds, date } = await probeOrigin();
    const parameters = { origin, milliseconds: String(milliseconds) };
    return [{ check: 'origin', state: 'good', code: 'origin-good', parameters }, checkClock(date, clock())];
  } catch (error) {
    const parameters = { origin, reason: reasonOf(error) };
    return [
      { check: 'origin', state: 'bad', code: 'origin-failed', parameters },
      { check: 'clock', state: 'warn', code: 'clock-unknown', parameters: {} },
    ];
  }
}

function checkClock(theirs: number | undefined, ours: number): Finding {
  if (theirs === undefined) return { check: 'clock', state: 'warn', code: 'clock-unknown', parameters: {} };
  const seconds = Math.round((ours - theirs) / 1000);
  const off = Math.abs(seconds);
  if (off <= tolerableSeconds) {
    return { check: 'clock', state: 'good', code: 'clock-good', parameters: { seconds: String(Math.max(1, off)) } };
  }
  const code = seconds > 0 ? 'clock-fast' : 'clock-slow';
  return { check: 'clock', state: off > harmfulSeconds ? 'bad' : 'warn', code, parameters: { seconds: String(off) } };
}
