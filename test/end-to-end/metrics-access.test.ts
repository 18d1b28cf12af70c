import { describe, expect, it } from 'vitest';
import { startTestBench } from '../support/gateway.ts';
import { sendHttp } from '../support/http-client.ts';

const throughProxy = [
  { 'x-forwarded-for': '203.0.113.9' },
  { 'x-forwarded-for': '127.0.0.1' },
  { forwarded: 'for=127.0.0.1' },
  { 'x-real-ip': '127.0.0.1' },
];

describe('/metrics', () => {
  it.each(['false', 'loopback', 'true', '1'])(
    'is for this machine, never for what came through a proxy (TRUST_PROXY=%s)',
    async (TRUST_PROXY) => {
      const bench = await startTestBench({ TRUST_PROXY });
      try {
        expect((await sendHttp(bench.origin, '/metrics')).status).toBe(200);
        for (const headers of throughProxy) {
          expect((await sendHttp(bench.origin, '/metrics', { headers })).status, JSON.stringify(headers)).toBe(403);
        }
      } finally {
        await bench.close();
      }
    },
  );

  it('is readable from anywhere with METRICS_TOKEN, and then only with it', async () => {
    const token = 'a-token-for-prometheus';
    const bench = await startTestBench({ METRICS_TOKEN: token });
    try {
      const ask = async (headers: Readonly<Record<string, string>>) =>
        (await sendHttp(bench.origin, '/metrics', { headers })).status;
      expect(await ask({})).toBe(403);
      expect(await ask({ authorization: `Bearer ${token}x` })).toBe(403);
      expect(await ask({ authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.9' })).toBe(200);
    } finally {
      await bench.close();
    }
  });
});
