import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ServerProcess } from '../support/server-process.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'runtime-test-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const environmentOf = (pid: number) => readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
const startedOver = expect.arrayContaining([expect.stringMatching(/^NODE_COMPILE_CACHE=/)]);

describe.runIf(process.platform === 'linux')('a server', () => {
  test('starts over in its own place and heeds a stop', async () => {
    const server = await ServerProcess.serve({ DATA_DIR: dataDir });
    expect(environmentOf(server.pid)).toEqual(startedOver);
    expect(server.stderr).toBe('');
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  });

  test('runs as well as it was started, when told to keep no compiled code', async () => {
    const server = await ServerProcess.serve({ DATA_DIR: dataDir, NODE_DISABLE_COMPILE_CACHE: '1' });
    expect(environmentOf(server.pid)).not.toEqual(startedOver);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  });
});
