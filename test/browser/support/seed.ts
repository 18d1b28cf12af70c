import type { TestBench } from '../../support/gateway.ts';

export const sampleModel = 'anthropic:claude-3-5-sonnet-v2@20241022';

/** Fills a gateway with sample data: credentials in several states, keys, answered and failed requests. */
export async function seed(bench: TestBench): Promise<void> {
  await bench.admin('POST', '/credentials', {
    email: 'platform@example.com',
    token: 'ATATT-platform-0123456789',
    label: 'Team account',
    maxConcurrency: 8,
  });
  await bench.addCredential('mei.lin@example.com', 'ATATT-mei-0123456789');
  await bench.addCredential('old.laptop+invalid@example.com', 'ATATT-old-0123456789');
  // Longer than the tests run, so that it is not used by them.
  await bench.addCredential('contractor+rate-limited+retry-after_5400@example.com', 'ATATT-contractor-0123456789');
  const resting = await bench.addCredential('night.shift@example.com', 'ATATT-night-0123456789');
  await bench.admin('PATCH', `/credentials/${resting}`, { enabled: false });
  await bench.generateKey('Open WebUI');
  await bench.generateKey('CI pipeline', { limits: { requestsPerMinute: 60, dollarsPerMonth: 25 } });
  const ask = (model: string, stream: boolean) =>
    bench.chat({ model, stream, messages: [{ role: 'user', content: 'Hello' }] }).then((response) => response.text());
  await Promise.all(Array.from({ length: 12 }, (_, index) => ask(sampleModel, index % 2 === 0)));
  await Promise.all([ask('anthropic:claude-sonnet-4@20250514', true), ask('google:gemini-2.0-flash-001', false)]);
  await ask('no-such-model', false);
}
