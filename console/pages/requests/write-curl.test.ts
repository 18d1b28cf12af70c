import { describe, expect, it } from 'vitest';
import type { RequestDetail } from '../../../contract/requests.ts';
import { writeRequestCurl } from './write-curl.ts';

const request: RequestDetail = {
  id: 'r',
  startedAt: 0,
  keyId: 'k',
  keyName: 'Laptop',
  credentialId: null,
  credentialLabel: '',
  dialect: 'openai-chat',
  model: 'a:b@1',
  upstreamModel: null,
  stream: true,
  status: 200,
  outcome: 'success',
  failureKind: null,
  failureMessage: null,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheSaved: null,
  conversation: null,
  conversationSums: null,
  reasoningTokens: 0,
  usageEstimated: false,
  cost: null,
  queueTime: 0,
  firstTokenTime: null,
  totalTime: 0,
  attemptCount: 1,
  clientAddress: '',
  userAgent: '',
  attempts: [],
  warnings: [],
  content: null,
};

describe('a request as curl', () => {
  it('asks the same model the same way, with the key left to the shell', () => {
    const line = writeRequestCurl(request, 'http://gate/v1');
    expect(line).toContain('curl http://gate/v1/chat/completions');
    expect(line).toContain('"Authorization: Bearer $API_KEY"');
    expect(line).toContain('"model": "a:b@1"');
    expect(line).toContain('"stream": true');
  });

  it('repeats the body where content was logged', () => {
    const content = {
      request: `{"model":"x","note":"it's"}`,
      response: '',
      path: '/models/x:streamGenerateContent?alt=sse',
    };
    const line = writeRequestCurl({ ...request, content }, 'http://gate/v1');
    expect(line).toContain(`-d '{"model":"x","note":"it'\\''s"}'`);
    expect(line).toContain("curl 'http://gate/v1/models/x:streamGenerateContent?alt=sse'");
  });
});
