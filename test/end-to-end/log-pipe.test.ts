import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { adminPassword } from '../support/gateway.ts';
import { ServerProcess } from '../support/server-process.ts';

let dataDir: string;
let server: ServerProcess;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'log-pipe-'));
  server = await ServerProcess.serve({ DATA_DIR: dataDir, ADMIN_PASSWORD: adminPassword, LOG_LEVEL: 'debug' });
});
afterEach(async () => {
  await server.stop('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

/** Requests for unknown pages; each logs a line of a few hundred characters. */
async function makeLines(count: number): Promise<void> {
  for (let made = 0; made < count; made += 50) {
    await Promise.all(
      Array.from({ length: 50 }, () => fetch(`${server.origin}/${'x'.repeat(600)}`).then((r) => r.text())),
    );
  }
}

async function droppedLines(): Promise<number> {
  const text = await (await fetch(`${server.origin}/metrics`)).text();
  return Number(/^atlassian_proxy_log_dropped_lines (\d+)$/m.exec(text)?.[1]);
}

test('a log pipe whose reader has gone: it serves, counts, says so, and ends when it is told', async () => {
  server.closeOutput();
  await makeLines(50);
  await server.waitFor(() => server.stderr.includes('standard output does not accept more lines'), 'the word of it');
  expect(await droppedLines()).toBeGreaterThan(0);
  await makeLines(50);
  expect((await fetch(`${server.origin}/health`)).status).toBe(200);
  server.signal('SIGTERM');
  expect(await server.exited()).toEqual({ code: 0, signal: null });
});

test('a log pipe whose reader has stopped: the same', async () => {
  server.stallOutput();
  await makeLines(4000);
  expect(await droppedLines()).toBeGreaterThan(0);
  expect((await fetch(`${server.origin}/health`)).status).toBe(200);
  server.signal('SIGTERM');
  expect(await server.exited()).toEqual({ code: 0, signal: null });
});
