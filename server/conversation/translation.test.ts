import { expect, test } from 'vitest';
import { WarningCollector } from './warnings.ts';

test('the same thing in every message is one warning', () => {
  const warnings = new WarningCollector();
  warnings.add('messages[0].audio', 'Dropped.');
  warnings.add('messages[1].audio', 'Dropped.');
  warnings.add('messages[1].audio', 'Changed.');
  warnings.add('messages[1].other', 'Dropped.');
  expect(warnings.list()).toEqual([
    { parameter: 'messages[0].audio', message: 'Dropped.' },
    { parameter: 'messages[1].audio', message: 'Changed.' },
    { parameter: 'messages[1].other', message: 'Dropped.' },
  ]);
});

test('names of a client’s own are made fit for a header', () => {
  const warnings = new WarningCollector();
  warnings.add(`messages[0].${'x'.repeat(1000)}`, 'Dropped.');
  warnings.add('a\r\nb: 名', 'Dropped.');
  expect(warnings.list().map(({ parameter }) => [parameter.length, parameter.slice(0, 8)])).toEqual([
    [100, 'messages'],
    [7, 'a??b: ?'],
  ]);
});

test('there is an end to them', () => {
  const warnings = new WarningCollector();
  for (let index = 0; index < 1000; index += 1) warnings.add(`member${index}`, 'Dropped.');
  expect(warnings.list()).toHaveLength(40);
});
