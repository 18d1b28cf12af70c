import { expect, it } from 'vitest';
import { nameText } from './common.ts';

it.each([
  { what: 'a name as it is', text: 'Team 夜间 👩‍💻', name: 'Team 夜间 👩‍💻' },
  { what: 'without white space around it', text: ' CI ', name: 'CI' },
  { what: 'without a mark that reverses the order', text: '\u202egnp.exe\u202c', name: 'gnp.exe' },
  { what: 'in one line', text: 'one\r\n\ttwo', name: 'one two' },
])('a name is $what', ({ text, name }) => {
  expect(nameText.parse(text)).toBe(name);
});
