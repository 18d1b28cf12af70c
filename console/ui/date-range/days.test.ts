import { expect, it } from 'vitest';
import { fromDays, toDay } from './days.ts';

it('spans whole local days, the last one too', () => {
  const { from, to } = fromDays('2026-05-03', '2026-05-05');
  expect(new Date(from)).toEqual(new Date(2026, 4, 3));
  expect(new Date(to)).toEqual(new Date(2026, 4, 6));
  expect(toDay(from)).toBe('2026-05-03');
  expect(toDay(to - 1)).toBe('2026-05-05');
  expect(fromDays('2026-12-31', '2026-12-31').to).toBe(new Date(2027, 0, 1).getTime());
});
