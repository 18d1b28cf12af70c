import { expect, test } from 'vitest';
import { correctPath } from './correct-path.ts';

const chat = '/v1/chat/completions';

test.each([
  // What the http-edges test sends in every API, for other methods.
  ['POST', chat, chat],
  ['GET', '/v1/v1/models?after=x', '/v1/models?after=x'],
  ['OPTIONS', '/chat/completions', chat],
  ['GET', '/chat/completions', chat],
  // The bases of other services.
  ['POST', '/api/v1/chat/completions', chat],
  ['POST', '/openai/v1/chat/completions?api-version=preview', `${chat}?api-version=preview`],
  ['POST', '/openai/responses?api-version=2025-04-01', '/v1/responses?api-version=2025-04-01'],
  ['POST', '/v1beta/openai/chat/completions', chat],
  ['POST', '/compatible-mode/v1/chat/completions', chat],
  ['POST', '/anthropic/v1/messages?beta=true', '/v1/messages?beta=true'],
  ['GET', '/openai/v1/responses/resp_1', '/v1/responses/resp_1'],
  ['GET', '/api/v1/models', '/v1/models'],
  // A base that is an endpoint.
  ['POST', '/v1/chat/completions/chat/completions', chat],
  ['GET', '/v1/chat/completions/models', '/v1/models'],
  ['POST', '/v1/messages/v1/messages', '/v1/messages'],
  ['POST', '/v1/responses/chat/completions', chat],
  ['POST', '/v1/responses/responses', '/v1/responses'],
  ['GET', '/v1/responses/responses', '/v1/responses/responses'],
  // Deployments of Azure's service.
  [
    'POST',
    '/openai/deployments/gpt-5.1/chat/completions?api-version=2024-10-21',
    `${chat}?api-version=2024-10-21&deployment=gpt-5.1`,
  ],
  ['POST', '/v1/deployments/openai:gpt-5.1/chat/completions', `${chat}?deployment=openai:gpt-5.1`],
  ['POST', '/deployments/a+b/c/chat/completions', `${chat}?deployment=a%2Bb/c`],
  // Claude on Vertex AI.
  [
    'POST',
    '/v1/projects/p/locations/us-east5/publishers/anthropic/models/claude-sonnet-4@20250514:rawPredict',
    '/v1/messages?deployment=claude-sonnet-4@20250514',
  ],
  [
    'POST',
    '/vertex_ai/v1/projects/p/locations/l/publishers/anthropic/models/openai:gpt-5.1:streamRawPredict?beta=true',
    '/v1/messages?beta=true&deployment=openai:gpt-5.1',
  ],
  ['POST', '/publishers/anthropic/models/count-tokens:rawPredict', '/v1/messages/count_tokens'],
  // Nothing that is served.
  [
    'POST',
    '/v1/projects/p/locations/l/publishers/mistral/models/m:rawPredict',
    '/v1/projects/p/locations/l/publishers/mistral/models/m:rawPredict',
  ],
  ['POST', '/v1/chat/completion', '/v1/chat/completion'],
  ['POST', '/openai/deployments/gpt-5.1/embeddings', '/openai/deployments/gpt-5.1/embeddings'],
  ['GET', '/api/tags', '/api/tags'],
  ['GET', '/v1/chat/completions/x', '/v1/chat/completions/x'],
  ['POST', '/other/v1/chat/completions', '/other/v1/chat/completions'],
  ['GET', '/', '/'],
])('%s %s', (method, url, expected) => {
  expect(correctPath(method, url)).toBe(expected);
});
