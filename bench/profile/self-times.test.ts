import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { selfTimes } from './self-times.ts';

const frame = (functionName: string, url = '', lineNumber = -1) => ({
  functionName,
  url,
  lineNumber,
  columnNumber: 0,
});
const profile = JSON.stringify({
  startTime: 1000,
  nodes: [
    { id: 1, callFrame: frame('(idle)') },
    { id: 2, callFrame: frame('decode', 'file:///project/server/decode.ts', 9) },
    { id: 3, callFrame: frame('', 'file:///project/server/decode.ts', 19) },
    { id: 4, callFrame: frame('send', 'file:///project/node_modules/undici/lib/send.js', 0) },
    { id: 5, callFrame: frame('(garbage collector)') },
  ],
  samples: [4, 2, 2, 3, 1, 4, 5, 2],
  timeDeltas: [10, 100, 100, 100, 500, 50, 50, 100],
});

it('adds up self times within the window, by function and by file, without idle time', () => {
  const { functions, files } = selfTimes(profile, '/project', { from: 1020, to: 1950 });
  expect(functions).toEqual([
    { name: 'decode server/decode.ts:10', share: 0.5 },
    { name: '(anonymous) server/decode.ts:20', share: 0.25 },
    { name: 'send undici/lib/send.js:1', share: 0.125 },
    { name: '(garbage collector)', share: 0.125 },
  ]);
  expect(files.map(({ name, share }) => [name, share])).toEqual([
    ['server/decode.ts', 0.75],
    ['undici/lib/send.js', 0.125],
    ['(garbage collector)', 0.125],
  ]);
});

it('tells the place in the sources, where a source map is beside the code', () => {
  const folder = mkdtempSync(join(tmpdir(), 'self-times-'));
  const map = { version: 3, sources: ['../../server/decode.ts'], names: [], mappings: ';AACA' };
  mkdirSync(join(folder, 'dist/server'), { recursive: true });
  writeFileSync(join(folder, 'dist/server/main.js.map'), JSON.stringify(map));
  const url = pathToFileURL(join(folder, 'dist/server/main.js')).href;
  const built = { startTime: 0, nodes: [{ id: 1, callFrame: frame('decode', url, 1) }], samples: [1], timeDeltas: [5] };
  const { functions } = selfTimes(JSON.stringify(built), folder, { from: 0, to: 10 });
  rmSync(folder, { recursive: true });
  expect(functions).toEqual([{ name: 'decode server/decode.ts:2', share: 1 }]);
});

it('refuses what is no profile', () => expect(() => selfTimes('{}', '/project', { from: 0, to: 1 })).toThrow());
