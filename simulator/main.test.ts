import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startSimulator } from './start-simulator.ts';

const program = fileURLToPath(new URL('main.ts', import.meta.url));

test.each(['SIGTERM', 'SIGINT'] as const)(
  'the program tells its address and stops on %s, even with a request that hangs',
  async (signal) => {
    const child = spawn(process.execPath, [program, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(child.stdout, 'data');
    const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line))?.[0] ?? '';
    expect(String(line).trim().split('\n')).toHaveLength(1);
    expect(String(line)).toContain(`ATLASSIAN_ORIGIN=${origin}`);
    const headers = { authorization: `Basic ${btoa('a@b.c:t')}`, 'x-simulate': 'credits=hang' };
    const hanging = fetch(`${origin}/rovodev/v3/credits/check`, { headers }).catch(() => 'broken');
    await expect.poll(async () => (await fetch(`${origin}/__simulator/state`)).json()).toMatchObject({ requests: 1 });
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await hanging).toBe('broken');
  },
);

test('the program replays a capture', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'capture-')), 'capture.jsonl');
  const request = { method: 'GET', path: '/rovodev/v3/sites', headers: {}, body: null };
  const frames = [{ atMs: 0, text: '{"sites":["captured"]}' }];
  const response = { status: 200, headers: {}, atMs: 0, frames, end: 'complete' };
  const head = { format: 'atlassian-proxy-capture', version: 1, madeAt: '', origin: '' };
  await writeFile(file, `${JSON.stringify(head)}\n${JSON.stringify({ route: 'sites', request, response })}\n`);
  const child = spawn(process.execPath, [program, '--port', '0', '--replay', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line))?.[0] ?? '';
  expect(await (await fetch(`${origin}/rovodev/v3/sites`)).json()).toEqual({ sites: ['captured'] });
  child.kill();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('the program refuses a file that is no capture with one line', async () => {
  const child = spawn(process.execPath, [program, '--port', '0', '--replay', program], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  const [line] = await once(child.stderr, 'data');
  expect(String(line)).toBe(`The capture ${program} cannot be read: line 1: expected a JSON object\n`);
  expect(await exited).toEqual([1, null]);
});

test('the program refuses a wrong port with one line', async () => {
  const child = spawn(process.execPath, [program, '--port', 'x'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  const [line] = await once(child.stderr, 'data');
  expect(String(line)).toBe('--port must be a whole number from 0 to 65535, not "x"\n');
  expect(await exited).toEqual([1, null]);
});

test('a port that is taken rejects the start', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(startSimulator({ port })).rejects.toThrow('EADDRINUSE');
  other.close();
});
