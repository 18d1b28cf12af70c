import { expect, it } from 'vitest';
import { splitEnds } from './split-ends.ts';

it.each([
  { what: 'a short text is whole', text: 'CI pipeline', ends: ['CI pipeline', ''] },
  { what: 'a long one', text: 'claude-sonnet-4@20250514', ends: ['claude-sonnet-4@', '20250514'] },
  { what: 'Chinese letters are wide', text: '夜间回归测试专用密钥', ends: ['夜间回归测试', '专用密钥'] },
  { what: 'an emoji is not cut apart', text: 'evaluation team 👩‍💻 12345', ends: ['evaluation team ', '👩‍💻 12345'] },
])('$what', ({ text, ends }) => {
  expect(splitEnds(text)).toEqual(ends);
});
