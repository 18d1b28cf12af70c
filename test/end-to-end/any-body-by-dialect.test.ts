import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { damageJson } from '../../server/lib/testing/damage-json.ts';
import { models, pairs } from '../support/clients/pairs.ts';
import { startTestBench, type TestBench } from '../support/gateway.ts';

const result = { call: { id: 'call_1', name: 'look_up', arguments: '{"city":"Paris"}' }, output: 'sunshine' };
const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

let bench: TestBench;
let key: string;

beforeAll(async () => {
  bench = await startTestBench({ LOG_LEVEL: 'warn' });
  await bench.addCredential('one@example.com');
  for (const model of [models.Claude, models.GPT])
    await bench.admin('PATCH', `/models/${encodeURIComponent(model)}`, { enabled: true });
  key = (await bench.generateKey()).key;
});
afterAll(() => bench.close());

describe.each(pairs)('whatever comes by $name for $family', ({ client, family }) => {
  it('is answered or refused as a request, and no credential is blamed', async () => {
    const turns = [{ user: 'Hello' }];
    const asked = { model: models[family], turns, tools: ['look_up'], thinks: true, maxTokens: 3_000 };
    const bodies = [
      client.write({ ...asked, stream: false }),
      client.write({ ...asked, stream: true, turns: [...turns, { results: [result] }] }),
      client.write({ model: models[family], turns, stream: false, schema }),
    ];
    const statuses = new Set<number>();
    const change = fc.tuple(fc.nat(), fc.jsonValue({ maxDepth: 2 }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...bodies),
        fc.array(change, { maxLength: 2 }),
        async ({ path, body }, changes) => {
          const sent = changes.reduce((whole: object, [place, value]) => damageJson(whole, place, value), body);
          const response = await fetch(bench.origin + path, {
            method: 'POST',
            headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
            body: JSON.stringify(sent),
          });
          const text = await response.text();
          statuses.add(response.status);
          if (response.status === 200) return;
          expect([400, 404, 413, 422], text).toContain(response.status);
          expect(client.readFailure(text)).not.toBe('');
        },
      ),
      { numRuns: 60, seed: 20_250_514 },
    );
    expect([...statuses]).toEqual(expect.arrayContaining([200, 400]));
    const { body } = await bench.admin('GET', '/credentials');
    expect(body).toMatchObject({ credentials: [{ state: { name: 'ready' } }] });
  });
});
