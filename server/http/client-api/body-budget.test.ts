import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { openVault } from '../../../test/support/request-context.ts';
import { dialects } from '../../dialects/index.ts';
import { AbridgedBody } from '../../lib/abridged-body.ts';
import { toJsonBody } from '../../lib/json-body.ts';
import { BodyBudget } from './body-budget.ts';
import { readBody } from './read-body.ts';
import { createRequestContext } from './request-context.ts';

const large = 1_000_000;
const freeBytes = 65_536;

test('bodies share the memory, up to a limit per caller, and release it', () => {
  const budget = new BodyBudget({ total: 2.5 * large, perCaller: 1.5 * large });
  const first = budget.open('a');
  expect(first.grow(large)).toBe(true);
  expect(budget.open('a').grow(large)).toBe(false);
  const other = budget.open('b');
  expect(other.grow(large)).toBe(true);
  expect(budget.open('c').grow(large)).toBe(false);
  first.release();
  expect(budget.open('c').grow(large)).toBe(true);
  other.release();
  other.release();
  expect(budget.used).toBe(large - freeBytes);
});

test('small bodies are freeBytes, and large ones only count the excess', () => {
  const budget = new BodyBudget({ total: large, perCaller: large });
  const share = budget.open('a');
  for (let grown = 0; grown < large + freeBytes; grown += freeBytes / 4)
    expect(share.grow(freeBytes / 4) || grown >= large).toBe(true);
  expect(budget.used).toBeLessThanOrEqual(large);
  for (let request = 0; request < 1000; request += 1) expect(budget.open('a').grow(freeBytes)).toBe(true);
  share.release();
  expect(budget.used).toBe(0);
});

test('what is still decompressed after a client has left is not charged', async () => {
  const budget = new BodyBudget({ total: 100 * large, perCaller: 100 * large });
  const share = budget.open('a');
  const payload = new PassThrough();
  const reading = readBody(payload, { limit: 30 * large, declaredLength: undefined, codings: ['gzip'], share });
  const refused = expect(reading).rejects.toThrow('no memory left');
  payload.write(gzipSync(Buffer.alloc(60 * large, ' ')).subarray(0, 30_000));
  await vi.waitUntil(() => budget.used > 0, { timeout: 10_000, interval: 1 });
  payload.destroy();
  share.release();
  await refused;
  expect(budget.used).toBe(0);
});

test.each([false, true])(
  'recalled answers are charged until the client has left (before they came: %s)',
  async (early) => {
    const budget = new BodyBudget({ total: 100 * large, perCaller: 100 * large });
    const raw = new ServerResponse(new IncomingMessage(new Socket()));
    const memory = {
      isOn: true,
      keep: () => undefined,
      forget: async () => undefined,
      async recall() {
        if (early) raw.destroy();
        return new Map([['resp_1', { text: 'x'.repeat(large) }]]);
      },
    };
    const services = { memory, vault: openVault, bodyBudget: budget };
    const endpoint = dialects
      .flatMap(({ endpoints }) => endpoints)
      .find((one) => one.does === 'answer' && one.readReferences !== undefined);
    if (endpoint?.does !== 'answer') throw new Error('No endpoint refers to kept answers.');
    const body = new AbridgedBody(toJsonBody('{"previous_response_id":"resp_1"}'), []);
    const recalled = Promise.resolve(createRequestContext(endpoint, body, { keyId: 'a' }, services, { raw }));
    if (early) await expect(recalled).rejects.toThrow('no memory left');
    else {
      await recalled;
      expect(budget.used).toBe(large - freeBytes);
      raw.destroy();
    }
    await vi.waitUntil(() => budget.used === 0);
  },
);
