import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { NewCredential } from '../../pool/pool-contract.ts';

/** An account of the busy demo. */
export interface DemoAccount {
  readonly label: string;
  readonly email: string;
  readonly enabled?: boolean;
  readonly maxConcurrency?: number;
  /** The simulator's settings that make the account fail; absent: it works. */
  readonly faults?: Readonly<Record<string, string | number>>;
  /** Its share of past traffic, relative to the others. */
  readonly pastWeight: number;
  /** When its token expires, in days after the start; absent: unknown. */
  readonly expiresInDays?: number;
}

/** A client of the busy demo and its key. */
export interface DemoClient {
  readonly keyName: string;
  readonly userAgent: string;
  readonly address: string;
  /** Its share of the traffic, relative to the others. */
  readonly weight: number;
  readonly models: readonly string[];
  /** Share of requests that are streamed. */
  readonly streamed: number;
  /** Typical length of prompt and answer in tokens. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Share of the prompt that is read from the prompt cache. */
  readonly cached: number;
  readonly limits?: {
    readonly requestsPerMinute?: number;
    readonly tokensPerDay?: number;
    readonly dollarsPerDay?: number;
    readonly dollarsPerMonth?: number;
  };
}

const sonnet = 'anthropic:claude-sonnet-4@20250514';
const opus = 'anthropic:claude-opus-4@20250514';
const sonnet37 = 'anthropic:claude-3-7-sonnet@20250219';
const sonnet35 = 'anthropic:claude-3-5-sonnet-v2@20241022';
const geminiPro = 'google:gemini-2.5-pro-preview-03-25';
const geminiFlash = 'google:gemini-2.0-flash-001';
const bedrockSonnet = 'bedrock:anthropic.claude-sonnet-4-20250514-v1:0';

export const demoAccounts: readonly DemoAccount[] = [
  { label: 'Platform team', email: 'platform@acme.example', maxConcurrency: 8, pastWeight: 5 },
  { label: 'Mei Lin', email: 'mei.lin@acme.example', pastWeight: 3, expiresInDays: 212 },
  { label: 'Jonas Weber', email: 'jonas.weber@acme.example', pastWeight: 3, expiresInDays: 9 },
  { label: 'Priya Nair', email: 'priya.nair@acme.example', pastWeight: 3 },
  { label: 'Data science', email: 'data-science@acme.example', maxConcurrency: 12, pastWeight: 4 },
  { label: '', email: 'diego.alvarez@acme.example', pastWeight: 2 },
  { label: 'Hana Sato', email: 'hana.sato@acme.example', pastWeight: 3 },
  { label: 'QA bots', email: 'qa-bots@acme.example', maxConcurrency: 4, pastWeight: 2 },
  {
    label: 'Olga Petrova',
    email: 'olga.petrova@acme.example',
    faults: { status: 503, 'fail-rate': 0.35 },
    pastWeight: 2,
  },
  {
    label: 'Contractor',
    email: 'contractor@acme.example',
    faults: { status: 429, 'error-body': 'balance', 'retry-after': 5400, credits: 'rate-limited' },
    pastWeight: 2,
  },
  {
    label: 'Trial account',
    email: 'trial@acme.example',
    faults: { status: 429, 'error-body': 'usage-resets', credits: 'empty' },
    pastWeight: 1,
  },
  {
    label: 'Old laptop',
    email: 'old.laptop@acme.example',
    faults: { status: 401, credits: 'unauthorized', sites: 'unauthorized' },
    pastWeight: 1,
    expiresInDays: -2,
  },
  {
    label: 'Finance pilot',
    email: 'finance.pilot@acme.example',
    faults: { status: 403, 'error-body': 'blocked', credits: 'blocked' },
    pastWeight: 1,
  },
  { label: 'Night shift', email: 'night.shift@acme.example', enabled: false, pastWeight: 1 },
];

export const demoClients: readonly DemoClient[] = [
  {
    keyName: 'Claude Code, Jonas',
    userAgent: 'claude-cli/2.1.4 (external, cli)',
    address: '10.20.4.17',
    weight: 5,
    models: [sonnet, sonnet, sonnet, opus],
    streamed: 1,
    inputTokens: 38_000,
    outputTokens: 900,
    cached: 0.86,
    limits: { dollarsPerDay: 120 },
  },
  {
    keyName: 'Open WebUI',
    userAgent: 'Python/3.11 aiohttp/3.11.11',
    address: '10.20.4.3',
    weight: 4,
    models: [sonnet, sonnet37, geminiPro, geminiFlash],
    streamed: 1,
    inputTokens: 2600,
    outputTokens: 620,
    cached: 0.3,
  },
  {
    keyName: 'CI pipeline',
    userAgent: 'openai-python/2.8.1',
    address: '10.30.0.11',
    weight: 3,
    models: [geminiFlash, geminiFlash, sonnet35],
    streamed: 0.1,
    inputTokens: 5200,
    outputTokens: 340,
    cached: 0.1,
    limits: { requestsPerMinute: 60, dollarsPerMonth: 250 },
  },
  {
    keyName: 'Cherry Studio, Mei',
    userAgent: 'CherryStudio/1.7.2 Chrome/138.0.0.0 Electron/37.2',
    address: '10.20.4.29',
    weight: 2,
    models: [sonnet, bedrockSonnet, geminiPro],
    streamed: 1,
    inputTokens: 1900,
    outputTokens: 780,
    cached: 0.2,
    limits: { tokensPerDay: 2_000_000 },
  },
  {
    keyName: 'n8n workflows',
    userAgent: 'axios/1.12.0',
    address: '10.30.0.40',
    weight: 2,
    models: [sonnet35, geminiFlash],
    streamed: 0,
    inputTokens: 1400,
    outputTokens: 210,
    cached: 0,
    limits: { requestsPerMinute: 120, dollarsPerDay: 5 },
  },
  {
    keyName: 'Evaluation harness',
    userAgent: 'OpenAI/JS 6.4.0',
    address: '10.30.0.77',
    weight: 1,
    models: [opus, geminiPro, bedrockSonnet, sonnet37],
    streamed: 0.3,
    inputTokens: 9000,
    outputTokens: 1500,
    cached: 0.5,
    limits: { dollarsPerMonth: 400 },
  },
];

/**
 * The pool entry for an account.
 *
 * @param now milliseconds since the epoch
 */
export function toNewCredential(account: DemoAccount, now: number): NewCredential {
  const { label, email, enabled = true, maxConcurrency, expiresInDays } = account;
  return {
    tokenExpiresAt: expiresInDays === undefined ? null : now + expiresInDays * 86_400_000,
    email,
    token: `ATATT-demo-${email.split('@', 1)[0]}-0123456789`,
    label,
    enabled,
    ...withoutUndefined({ maxConcurrency }),
  };
}
