import { describe, expect, test } from 'vitest';
import { settleOutput } from './settle-usage.ts';

describe('the output of an answer', () => {
  test.each([
    ['reasoning within', { input: 21, output: 80, reasoning: 60, total: 101 }, [80, 60]],
    ['reasoning beside, by the total', { input: 21, output: 20, reasoning: 60, total: 101 }, [80, 60]],
    ['reasoning beside, by its size', { input: 21, output: 20, reasoning: 60, total: undefined }, [80, 60]],
    ['reasoning untold, by the total', { input: 21, output: 20, reasoning: undefined, total: 101 }, [80, 60]],
    ['no total', { input: 21, output: 80, reasoning: 60, total: undefined }, [80, 60]],
    ['a total of nothing', { input: 21, output: 80, reasoning: undefined, total: 0 }, [80, 0]],
  ])('%s', (_name, told, [outputTokens, reasoningTokens]) => {
    expect(settleOutput(told)).toEqual({ outputTokens, reasoningTokens });
  });
});
