/**
 * The answers of the bench's upstream: the same answer in the unified endpoint's envelope, which the gateway under test
 * reads, and in Chat Completions format, which nginx and Portkey pass on. The upstream program replaces the
 * placeholders with number and time.
 */
export const modelAsked = 'anthropic:claude-sonnet-4@20250514';
const modelAnswered = 'claude-sonnet-4@20250514';

/** A chunk's text in JSON: placeholders for number and time, non-ASCII text, and an escape. */
export const chunkText = `chunk ###### at @@@@@@@@@@@@@@@@@@@: 你好\\n`;

/** The text of a plain answer; its end shows that it arrived completely. */
export const plainText = `${'The gateway must cost next to nothing beside what it fronts. '.repeat(8)}你好, "all of it".`;

export const usage = { input: 256, output: 128, total: 384 };
const created = 1750000000;

export interface RouteAnswers {
  readonly path: string;
  readonly plain: string;
  readonly event: string;
  /** The events that end a stream. */
  readonly last: string;
}

const serverSentEvent = (json: string) => `data: ${json}\n\n`;
const done = 'data: [DONE]\n\n';

function unifiedAnswers(): RouteAnswers {
  const usageReport = { input_tokens: usage.input, output_tokens: usage.output, total_tokens: usage.total };
  const envelope = (message: object, finish: string | null, metrics?: object) =>
    JSON.stringify({
      response_payload: {
        id: 'msg_bench_01',
        created,
        choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
      },
      platform_attributes: { model: modelAnswered, ...metrics },
    });
  const metrics = { metrics: { usage: usageReport } };
  const text = (value: string) => ({ content: [{ type: 'text', text: value }] });
  return {
    path: '/rovodev/v2/proxy/ai/v2/beta/chat',
    plain: envelope(text(plainText), 'end_turn', metrics),
    event: serverSentEvent(envelope(text('TEXT'), null).replace('TEXT', chunkText)),
    last: serverSentEvent(envelope({ content: [] }, 'end_turn', metrics)) + done,
  };
}

function chatCompletionsAnswers(): RouteAnswers {
  const usageReport = { prompt_tokens: usage.input, completion_tokens: usage.output, total_tokens: usage.total };
  const shared = { id: 'chatcmpl-bench', created, model: modelAnswered };
  const chunk = (delta: object, finish: string | null, rest: object = {}) =>
    JSON.stringify({
      ...shared,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason: finish }],
      ...rest,
    });
  const message = { role: 'assistant', content: plainText };
  return {
    path: '/v1/chat/completions',
    plain: JSON.stringify({
      ...shared,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage: usageReport,
    }),
    event: serverSentEvent(chunk({ content: 'TEXT' }, null).replace('TEXT', chunkText)),
    last: serverSentEvent(chunk({}, 'stop', { usage: usageReport })) + done,
  };
}

/** The account endpoint that the gateway may query in the background. */
function accountAnswers(path: string, answer: object): RouteAnswers {
  return { path, plain: JSON.stringify(answer), event: serverSentEvent(chunkText), last: done };
}

export const routes: readonly RouteAnswers[] = [
  unifiedAnswers(),
  chatCompletionsAnswers(),
  accountAnswers('/rovodev/v3/credits/check', {
    status: 'OK',
    balance: { monthlyTotal: 2000, monthlyUsed: 10, monthlyRemaining: 1990 },
  }),
  accountAnswers('/rovodev/v3/sites', {
    sites: [{ siteId: 'bench', siteUrl: 'https://bench.example', hasActiveRovoDevSKU: true, isTrial: false }],
  }),
];
