import type { AttemptRecord, UsageRecord } from '../../server/ledger/usage-record.ts';

/** Seeded pseudo-random numbers from 0 to 1 (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const day = 86_400_000;
const keyCount = 25;
const credentialCount = 10;
const models = [
  'anthropic:claude-sonnet-4@20250514',
  'anthropic:claude-3-7-sonnet@20250219',
  'anthropic:claude-opus-4@20250514',
  'anthropic:claude-3-5-sonnet-v2@20241022',
  'bedrock:anthropic.claude-sonnet-4-20250514-v1:0',
  'bedrock:anthropic.claude-opus-4-20250514-v1:0',
  'google:gemini-2.5-pro-preview-03-25',
  'google:gemini-2.5-flash-preview-04-17',
  'google:gemini-2.0-flash-001',
  'openai:gpt-5.1',
  'openai:gpt-5.2-latest',
];
const agents = ['OpenAI/Python 2.8.0', 'OpenAI/JS 6.49.0', 'ai-sdk/openai-compatible/2.0.91', 'curl/8.14.1'];
const dialects = ['openai-chat', 'anthropic-messages', 'openai-responses'];
const failures = [
  { status: 429, kind: 'rate-limited', message: 'The upstream limits the rate of requests. Try again in 12 seconds.' },
  { status: 400, kind: 'invalid-request', message: 'messages[3].content: the image is not one of the accepted types.' },
  { status: 502, kind: 'upstream-unavailable', message: 'No credential could serve the request: the upstream failed.' },
  { status: 504, kind: 'timeout', message: 'The upstream was silent for 120 seconds.' },
] as const;

/** One day of a team: most requests during working hours, most usage by a few keys and models. */
export function generateDay(start: number, count: number, random: () => number): UsageRecord[] {
  const times = Array.from({ length: count }, () => start + Math.floor(workTime(random) * day)).sort((a, b) => a - b);
  return times.map((startedAt, index) => generateRecord(startedAt, index, random));
}

/** The sum of three uniform distributions gives a bell curve around noon. */
function workTime(random: () => number): number {
  return random() < 0.2 ? random() : (random() + random() + random()) / 3;
}

/** Skewed towards small numbers. */
function skewed(count: number, random: () => number): number {
  return Math.floor(count * random() ** 2.5);
}

function generateRecord(startedAt: number, index: number, random: () => number): UsageRecord {
  const key = skewed(keyCount, random);
  // Each key prefers certain models.
  const model = models[(skewed(models.length, random) + key) % models.length] ?? '';
  const credential = Math.floor(random() * credentialCount);
  const fate = random();
  const failure = fate < 0.03 ? failures[Math.floor(random() * failures.length)] : undefined;
  const outcome = failure !== undefined ? 'failure' : fate < 0.05 ? 'aborted' : 'success';
  const totalTime = Math.round(400 * Math.exp(3.5 * random()));
  const inputTokens = Math.round(200 * Math.exp(5 * random()));
  const outputTokens = failure === undefined ? Math.round(20 * Math.exp(4.5 * random())) : 0;
  const attempt: AttemptRecord = {
    credentialId: `credential-${credential}`,
    credentialLabel: `Account ${credential}`,
    model,
    route: 'vertex-anthropic',
    reason: 'round-robin',
    startedAt: startedAt + 1,
    milliseconds: totalTime,
    waited: 0,
    status: failure?.status ?? 200,
    outcome: failure === undefined ? outcome : 'transient',
    skipped: [],
  };
  return {
    id: `${startedAt.toString(16).padStart(12, '0')}-${index.toString(16).padStart(6, '0')}-7000-8000-0000000000`,
    startedAt,
    keyId: `key-${key}`,
    keyName: `Key ${key}`,
    credentialId: attempt.credentialId,
    credentialLabel: attempt.credentialLabel,
    dialect: dialects[skewed(dialects.length, random)] ?? '',
    model,
    upstreamModel: model,
    stream: random() < 0.8,
    status: failure?.status ?? 200,
    outcome,
    failureKind: failure?.kind ?? null,
    failureMessage: failure?.message ?? null,
    inputTokens,
    outputTokens,
    cacheReadTokens: random() < 0.5 ? Math.floor(inputTokens * 0.7) : 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    usageEstimated: random() < 0.1,
    cost: failure === undefined ? (inputTokens * 3 + outputTokens * 15) / 1_000_000 : 0,
    cacheSaved: failure === undefined ? (inputTokens * 2) / 1_000_000 : 0,
    conversation: `conversation-${Math.floor(random() * 5000)}`,
    queueTime: 0,
    firstTokenTime: failure === undefined ? Math.round(totalTime * 0.2) : null,
    totalTime,
    clientAddress: `10.0.${key}.${Math.floor(random() * 20)}`,
    userAgent: agents[skewed(agents.length, random)] ?? '',
    attempts: [attempt],
    warnings: [],
    content: null,
  };
}
