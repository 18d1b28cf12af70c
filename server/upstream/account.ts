import { Buffer } from 'node:buffer';
import { Failure } from '../conversation/failure.ts';
import {
  isRecord,
  type JsonRecord,
  parseJson,
  readArray,
  readBoolean,
  readNumber,
  readRecord,
  readText,
} from '../lib/json.ts';
import { redactText } from '../lib/redact.ts';
import { accountSecrets, type UpstreamAccount } from './account-headers.ts';
import type { UpstreamRequest } from './call.ts';
import type { UpstreamClient } from './client.ts';
import { isEntitlementWord } from './error-words.ts';
import { brokenAnswer, readUpstreamFailure } from './failure.ts';

/** The credits endpoint's report on an account. Any figure may be missing. */
export interface AccountCredits {
  readonly status: 'ok' | 'rate-limited' | 'blocked' | 'unknown';
  /** Credits. */
  readonly balance: CreditBalance;
  /** The upstream's message, redacted. */
  readonly message: string | null;
  /** Seconds, never negative. */
  readonly retryAfterSeconds: number | null;
}

interface CreditBalance {
  readonly monthlyTotal: number | null;
  readonly monthlyUsed: number | null;
  readonly monthlyRemaining: number | null;
  readonly dailyTotal: number | null;
  readonly dailyUsed: number | null;
  readonly dailyRemaining: number | null;
}

/** A site the account may bill to. */
export interface AccountSite {
  /** Used as the credential's cloud id. */
  readonly siteId: string;
  readonly siteUrl: string;
  readonly active: boolean;
  readonly trial: boolean;
}

export interface CredentialTest {
  readonly credits: AccountCredits;
  /** Empty when the account has no sites or the lookup failed; a failed lookup does not fail the test. */
  readonly sites: readonly AccountSite[];
}

/**
 * `GET /rovodev/v3/credits/check`. A 403 may carry the same body as a 200; it then reports `blocked`.
 * @throws Failure with fault `token` for a 401, otherwise as for any request
 */
export async function checkCredits(
  client: UpstreamClient,
  account: UpstreamAccount,
  signal?: AbortSignal,
): Promise<AccountCredits> {
  const secrets = accountSecrets(account);
  const { status, body } = await getBody(
    client,
    { path: '/rovodev/v3/credits/check', account, alsoAnswer: 403 },
    signal,
  );
  const value = parseJson(body.toString('utf8'));
  if (isRecord(value) && (status === 200 || readText(value.status) !== undefined)) return readCredits(value, secrets);
  if (status === 200) throw brokenAnswer("The upstream's credits check did not return JSON.");
  throw readUpstreamFailure({ status, headers: {}, body, model: '', secrets, now: 0 });
}

/**
 * `GET /rovodev/v3/sites`. Sites with an active plan come first.
 * @throws Failure
 */
export async function listSites(
  client: UpstreamClient,
  account: UpstreamAccount,
  signal?: AbortSignal,
): Promise<readonly AccountSite[]> {
  const { body } = await getBody(client, { path: '/rovodev/v3/sites', account }, signal);
  return readSites(parseJson(body.toString('utf8')));
}

/**
 * Tests a credential and fetches its account's credits and sites.
 * @throws Failure when the upstream rejects the credential or cannot be reached
 */
export async function testCredential(client: UpstreamClient, account: UpstreamAccount): Promise<CredentialTest> {
  const [credits, sites] = await Promise.all([
    checkCredits(client, account),
    listSites(client, account).catch((): readonly AccountSite[] => []),
  ]);
  return { credits, sites };
}

/** Largest response accepted from an account endpoint, in bytes. Real ones are small. */
const maxAnswerBytes = 1024 * 1024;

async function getBody(
  client: UpstreamClient,
  request: UpstreamRequest,
  signal?: AbortSignal,
): Promise<{ status: number; body: Buffer }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: Buffer }>();
  const onAbort = () => {
    call.abort();
    reject(new Failure('timeout', 'The request was aborted.', { fault: 'client' }));
  };
  const pieces: Uint8Array[] = [];
  let length = 0;
  let status = 0;
  const call = client.send(request, {
    onStart: (given) => {
      status = given;
    },
    onData: (chunk) => {
      pieces.push(new Uint8Array(chunk));
      length += chunk.length;
      if (length <= maxAnswerBytes) return;
      call.abort();
      reject(brokenAnswer("The upstream's answer is too large."));
    },
    onEnd: () => resolve({ status, body: Buffer.concat(pieces) }),
    onFailure: reject,
  });
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort);
  try {
    return await promise;
  } finally {
    // Node keeps a signal of several others, and its listeners, until one of these is aborted.
    signal?.removeEventListener('abort', onAbort);
  }
}

function readStatus(status: string): AccountCredits['status'] {
  if (status === 'OK') return 'ok';
  if (status === 'RATE_LIMITED') return 'rate-limited';
  return isEntitlementWord(status.toLowerCase()) ? 'blocked' : 'unknown';
}

function readCredits(answer: JsonRecord, secrets: readonly string[]): AccountCredits {
  const balance = readRecord(answer.balance);
  const message = readText(answer.message);
  const retryAfter = readNumber(answer.retryAfterSeconds);
  return {
    status: readStatus(readText(answer.status) ?? ''),
    balance: {
      monthlyTotal: readCredit(balance.monthlyTotal),
      monthlyUsed: readCredit(balance.monthlyUsed),
      monthlyRemaining: readCredit(balance.monthlyRemaining),
      dailyTotal: readCredit(balance.dailyTotal),
      dailyUsed: readCredit(balance.dailyUsed),
      dailyRemaining: readCredit(balance.dailyRemaining),
    },
    message: message === undefined ? null : redactText(message, secrets),
    retryAfterSeconds: retryAfter === undefined || retryAfter < 0 ? null : retryAfter,
  };
}

function readCredit(value: unknown): number | null {
  return readNumber(value) ?? null;
}

function readSites(answer: unknown): readonly AccountSite[] {
  const sites = readArray(Array.isArray(answer) ? answer : readRecord(answer).sites).flatMap((site): AccountSite[] => {
    if (!isRecord(site)) return [];
    const siteId = readText(site.siteId);
    if (siteId === undefined) return [];
    return [
      {
        siteId,
        siteUrl: readText(site.siteUrl) ?? '',
        active: readBoolean(site.hasActiveRovoDevSKU) ?? false,
        trial: readBoolean(site.isTrial) ?? false,
      },
    ];
  });
  return sites.toSorted((left, right) => Number(right.active) - Number(left.active));
}
