import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startTestBench, type TestBench } from '../support/gateway.ts';
import { sendHttp } from '../support/http-client.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';
const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] });
const listed = z.object({ requests: z.array(z.object({ id: z.string() })) });
const detailed = z.object({ clientAddress: z.string() });

// Reported of other gateways: xorbitsai/xagent#1185, goauthentik/authentik#25679, express-rate-limit#234.
describe('R07: addresses as proxies write them', () => {
  let bench: TestBench;
  let key: string;

  beforeAll(async () => {
    bench = await startTestBench({ TRUST_PROXY: 'loopback,10.0.0.0/8' });
    await bench.addCredential('a@example.com');
    ({ key } = await bench.generateKey('office', { limits: { addresses: ['203.0.113.0/24', '2001:db8::/32'] } }));
  });
  afterAll(() => bench.close());

  const chat = (forwardedFor: string) =>
    sendHttp(bench.origin, '/v1/chat/completions', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'x-forwarded-for': forwardedFor },
      body,
    });

  it.each([
    ['203.0.113.9:51234', '203.0.113.9'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['[2001:DB8::2%25eth0]', '2001:db8::2'],
    ['2001:DB8:0::3%eth0', '2001:db8::3'],
    ['198.51.100.1, 203.0.113.7:1, 10.0.0.2:443', '203.0.113.7'],
    ['203.0.113.8, [::ffff:10.0.0.3]:80', '203.0.113.8'],
  ])('%s is let in, and recorded as %s', async (forwardedFor, address) => {
    const answer = await chat(forwardedFor);
    expect(answer.status).toBe(200);
    await vi.waitFor(async () => {
      const { status, body: detail } = await bench.admin('GET', `/requests/${answer.headers['x-request-id']}`);
      expect(status).toBe(200);
      expect(detailed.parse(detail).clientAddress).toBe(address);
    }, 10_000);
  });

  it.each(['198.51.100.1:80', '203.0.113.9x', 'unknown', '203.0.113.9, 198.51.100.2', ''])(
    '%j is refused',
    async (forwardedFor) => {
      expect((await chat(forwardedFor)).status).toBe(403);
    },
  );

  it('what is no address is recorded as none', async () => {
    await chat('<script>');
    await vi.waitFor(async () => {
      const { requests } = listed.parse((await bench.admin('GET', '/requests?limit=1')).body);
      const { body: detail } = await bench.admin('GET', `/requests/${requests[0]?.id}`);
      expect(detailed.parse(detail).clientAddress).toBe('');
    }, 10_000);
  });
});

it('TRUST_PROXY=true is warned about at the start, a number of proxies is not', async () => {
  for (const [setting, isWarned] of [
    ['true', true],
    ['1', false],
  ] as const) {
    const bench = await startTestBench({ TRUST_PROXY: setting });
    expect(bench.log().includes('lets every client claim any address')).toBe(isWarned);
    await bench.close();
  }
});
