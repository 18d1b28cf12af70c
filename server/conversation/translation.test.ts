import { expect, test } from 'vitest';
import { TranslationLog, warningsOf } from './translation.ts';

test('the same thing in every message is one note', () => {
  const notes = new TranslationLog();
  notes.dropped('messages[0].audio', 'No place.');
  notes.dropped('messages[1].audio', 'No place.');
  notes.changed('messages[1].audio', 'No place.');
  notes.dropped('messages[1].other', 'No place.');
  expect(notes.list()).toEqual([
    { member: 'messages[0].audio', action: 'dropped', reason: 'No place.' },
    { member: 'messages[1].audio', action: 'changed', reason: 'No place.' },
    { member: 'messages[1].other', action: 'dropped', reason: 'No place.' },
  ]);
});

test('a kept member is not a warning', () => {
  const notes = new TranslationLog();
  notes.kept('thinking', 'The same API.');
  notes.dropped('audio', 'No place.');
  expect(warningsOf(notes.list())).toEqual([{ member: 'audio', action: 'dropped', reason: 'No place.' }]);
});

test('names of a client’s own are made fit for a header', () => {
  const notes = new TranslationLog();
  notes.dropped(`messages[0].${'x'.repeat(1000)}`, 'Dropped.');
  notes.dropped('a\r\nb: 名', 'Dropped.');
  expect(notes.list().map(({ member }) => [member.length, member.slice(0, 8)])).toEqual([
    [100, 'messages'],
    [7, 'a??b: ?'],
  ]);
});

test('the number of notes is limited', () => {
  const notes = new TranslationLog();
  for (let index = 0; index < 1000; index += 1) notes.dropped(`member${index}`, 'Dropped.');
  expect(notes.list()).toHaveLength(40);
});
