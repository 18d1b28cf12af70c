import { expect, it, vi } from 'vitest';
import { createRequestSource } from './request-source.ts';

const outline = { model: 'm', stream: true, choiceCount: 2, affinityKey: 'k', opening: true };
const request = () => ({ model: 'm', stream: true, messages: [], tools: [], choiceCount: 2, extra: {} });

it('returns the decoded request once, and decodes again for later reads', () => {
  const first = { outline, request };
  const again = { outline, request };
  const decodeAgain = vi.fn(() => again);
  const source = createRequestSource(first, decodeAgain);
  expect(source).toMatchObject(outline);
  expect(source.read()).toBe(first);
  expect(decodeAgain).not.toHaveBeenCalled();
  expect(source.read()).toBe(again);
  expect(source.read()).toBe(again);
  expect(decodeAgain).toHaveBeenCalledTimes(2);
});
