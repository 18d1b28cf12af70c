import { describe, expect, it } from 'vitest';
import { formatFigure, formatTable } from './table.ts';

describe('formatTable', () => {
  it('lines the columns up and sets the heading apart', () => {
    expect(formatTable([['a', 'figure'], ['longer', '1'], ['b']]).split('\n')).toEqual([
      '| a      | figure |',
      '| ------ | ------ |',
      '| longer | 1      |',
      '| b      |        |',
    ]);
  });
});

describe('formatFigure', () => {
  it.each([
    [12345.6, '12,346'],
    [123.46, '123'],
    [12.346, '12.3'],
    [0.20249, '0.202'],
    [0.01234, '0.0123'],
    [0, '0'],
    [Number.NaN, '–'],
  ])('writes %d as %s', (value, text) => expect(formatFigure(value)).toBe(text));
});
