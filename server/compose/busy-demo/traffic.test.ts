import { expect, it } from 'vitest';
import { startTestBench } from '../../../test/support/gateway.ts';
import { demoClients } from './accounts-and-clients.ts';
import { startTraffic } from './traffic.ts';

it('sends requests of all clients, and stops when told to', async () => {
  const bench = await startTestBench({ LOG_LEVEL: 'silent' });
  try {
    await bench.addCredential('demo@example.com');
    const { key } = await bench.generateKey('demo');
    const prepared: unknown[] = [];
    const prepareAnswer = (knobs: Readonly<Record<string, string | number>>) => {
      prepared.push(knobs);
      bench.simulator.control.next({ text: 'Answered.' });
    };
    const end = startTraffic({ origin: bench.origin, clients: demoClients.map((c) => ({ ...c, key })), prepareAnswer });
    const { headers } = await bench.simulator.control.waitForRequest(({ kind }) => kind === 'model');
    expect(headers).toBeDefined();
    await end();
    const before = prepared.length;
    expect(before).toBeGreaterThan(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(prepared).toHaveLength(before);
  } finally {
    await bench.close();
  }
});
