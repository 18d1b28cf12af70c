import { describe, expect, it } from 'vitest';
import { parseFigures } from './figures.ts';

describe('parseFigures', () => {
  it('reads the last line, whatever was printed before', () => {
    const output =
      'Running 2s test\n{"completed":5,"failed":1,"fault":"silence","seconds":2,"p50":10,"p99":20,"peakOpen":3}\n';
    expect(parseFigures(output)).toEqual({
      completed: 5,
      failed: 1,
      fault: 'silence',
      seconds: 2,
      p50: 10,
      p99: 20,
      peakOpen: 3,
    });
  });
  it('takes calls without streams', () => {
    expect(parseFigures('{"completed":5,"failed":0,"seconds":2,"p50":10,"p99":20}')).toMatchObject({
      fault: '',
      peakOpen: 0,
    });
  });
  it('refuses output without a figure', () => {
    expect(() => parseFigures('{"completed":5}')).toThrow('no failed');
    expect(() => parseFigures('unable to connect')).toThrow();
  });
});
