import { expect, it } from 'vitest';
import { formatTable, formatTime } from './format-table.ts';

it('aligns columns, whatever the width of their characters', async () => {
  const rows = [
    ['NAME', 'STATE'],
    ['上海办公室', 'ready'],
    ['mine', 'cooling'],
    ['👩‍💻 laptop', 'ready'],
  ];
  // In a terminal, a Chinese character or an emoji is two columns wide.
  expect(await formatTable(rows)).toBe(
    ['NAME        STATE', '上海办公室  ready', 'mine        cooling', '👩‍💻 laptop   ready'].join('\n'),
  );
});

it('leaves the terminal alone, whatever a name contains', async () => {
  expect(await formatTable([['NAME'], ['\u001b]0;owned\u0007\u202eevil\nline']])).toBe(
    'NAME\n\\u001b]0;owned\\u0007\\u202eevil\\nline',
  );
});

it('shows never for no time', async () => {
  expect(formatTime(null)).toBe('never');
  expect(formatTime(Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe('2026-01-02T03:04:05Z');
});
