import { expect, test } from 'vitest';
import type { Tool, ToolChoice } from './request.ts';
import { choiceAmongSent } from './tool-choice.ts';
import { TranslationLog } from './translation.ts';

const tools: readonly Tool[] = [
  { type: 'function', name: 'read' },
  { type: 'vendor', dialect: 'own', name: 'browse', value: {} },
  { type: 'vendor', dialect: 'other', name: 'search', value: {} },
  { type: 'vendor', dialect: 'other', name: 'read', value: {} },
];
const allowed = (...names: readonly string[]): ToolChoice => ({ type: 'allowed', mode: 'required', names });

test.each<[ToolChoice, ToolChoice | undefined]>([
  [{ type: 'required' }, { type: 'required' }],
  [
    { type: 'tool', name: 'read' },
    { type: 'tool', name: 'read' },
  ],
  [
    { type: 'tool', name: 'browse' },
    { type: 'tool', name: 'browse' },
  ],
  [
    { type: 'tool', name: 'unknown' },
    { type: 'tool', name: 'unknown' },
  ],
  [{ type: 'tool', name: 'search' }, undefined],
  [allowed('read', 'browse', 'search'), allowed('read', 'browse')],
  [allowed('search'), { type: 'none' }],
])('of %j, what is sent stays', (choice, sent) => {
  const notes = new TranslationLog();
  expect(choiceAmongSent({ tools, toolChoice: choice }, 'own', notes)).toEqual(sent);
  expect(notes.list()).toHaveLength(sent === undefined ? 1 : 0);
});
