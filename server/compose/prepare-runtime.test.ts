import { chmodSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { prepareRuntime, type Runtime } from './prepare-runtime.ts';

const root = mkdtempSync(join(tmpdir(), 'prepare-runtime-'));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
const newFolder = () => join(root, String(folders++));
const options = ['--disable-warning=ExperimentalWarning', '--trace-gc'];

function prepare(args: readonly string[], changes: Partial<Runtime> = {}, folder = newFolder()) {
  const execve = vi.fn<(file: string, args?: readonly string[], env?: NodeJS.ProcessEnv) => never>();
  const enable = vi.fn();
  const run = vi.fn();
  const runtime = {
    argv: ['node', 'main.ts', ...args],
    execArgv: ['--trace-gc'],
    execPath: '/bin/node',
    env: { A: 'b' },
  };
  prepareRuntime({ ...runtime, execve, ...changes }, { folder, enable, run });
  const expected = { A: 'b', MALLOC_ARENA_MAX: '1', NODE_COMPILE_CACHE: folder };
  return { execve, enable, run, folder, expected };
}

describe('prepareRuntime', () => {
  it.each([[[]], [['serve']], [['demo']]])('starts a server over with the cache and its own options: %j', (args) => {
    const { execve, folder, expected } = prepare(args);
    const line = ['/bin/node', ...options, 'main.ts', ...args];
    expect(execve).toHaveBeenCalledExactlyOnceWith('/bin/node', line, expected);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('has everything compiled before the first server, and only then', () => {
    const { run, execve, folder, expected } = prepare(['serve']);
    const program = expect.stringMatching(/compile-ahead\.ts$/);
    expect(run).toHaveBeenCalledExactlyOnceWith('/bin/node', [...options, program, '--version'], expected);
    expect(run).toHaveBeenCalledBefore(execve);
    expect(prepare(['serve'], {}, folder).run).not.toHaveBeenCalled();
  });

  it.each([['keys', 'list'], ['--help'], ['credentials', 'add']])(
    'lets a command go on, with the cache: %s',
    (...args) => {
      const { execve, enable, run, folder } = prepare(args);
      expect([execve.mock.calls, run.mock.calls]).toEqual([[], []]);
      expect(enable).toHaveBeenCalledExactlyOnceWith(folder);
    },
  );

  it('goes on as it is where a process cannot be replaced', () => {
    const failing = vi.fn(() => {
      throw new Error('EPERM');
    });
    expect(prepare([], { execve: failing }).enable).toHaveBeenCalledOnce();
    expect(failing).toHaveBeenCalledOnce();
    const noExecve: Partial<Runtime> = { execve: undefined as never };
    expect(prepare([], noExecve).enable).toHaveBeenCalledOnce();
  });

  it.each(['NODE_COMPILE_CACHE', 'NODE_DISABLE_COMPILE_CACHE'])('leaves a start alone that sets %s', (name) => {
    const { execve, enable } = prepare([], { env: { [name]: '1' } });
    expect(execve).not.toHaveBeenCalled();
    expect(enable).not.toHaveBeenCalled();
  });

  it('runs nothing from a folder that others can write, or that only points elsewhere', () => {
    const { folder } = prepare(['keys']);
    for (const mode of [0o770, 0o702]) {
      chmodSync(folder, mode);
      const { execve, enable } = prepare([], {}, folder);
      expect([execve.mock.calls, enable.mock.calls]).toEqual([[], []]);
    }
    const link = newFolder();
    chmodSync(folder, 0o700);
    symlinkSync(folder, link);
    expect(prepare([], {}, link).execve).not.toHaveBeenCalled();
  });

  it('does without where nothing can be written', () => {
    const { execve, enable } = prepare([], {}, '/dev/null/cache');
    expect([execve.mock.calls, enable.mock.calls]).toEqual([[], []]);
  });
});
