import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('sets nothing that this V8 does not know: it would say so on standard error, and go on without', () => {
  const program = `import { tuneCollector } from '${new URL('tune-collector.ts', import.meta.url)}'; tuneCollector();`;
  const run = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  expect(run).toMatchObject({ status: 0, stdout: '', stderr: '' });
});
