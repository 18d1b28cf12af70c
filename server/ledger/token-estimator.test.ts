import { describe, expect, test } from 'vitest';
import type { MeasuredRequest } from '../conversation/measure-input.ts';
import { createTokenEstimator } from './token-estimator.ts';

const ask = (text: string): MeasuredRequest => ({
  messages: [{ role: 'user', parts: [{ type: 'text', text }] }],
  tools: [],
});
const request = ask('The quick brown fox jumps over the lazy dog. '.repeat(20));

/** An estimator that has learned several times that this request has this many tokens. */
function trained(reported: number, times: number, model = 'm') {
  const estimator = createTokenEstimator();
  for (let index = 0; index < times; index += 1) estimator.learn(model, reported, { request, guess: 100 });
  return estimator;
}

describe('an estimate', () => {
  test('is useful before anything was learned', () => {
    const estimator = createTokenEstimator();
    expect(estimator.countInput('m', request)).toBeGreaterThan(150);
    expect(estimator.countInput('m', request)).toBeLessThan(300);
    expect(estimator.countInput('m', { messages: [], tools: [] })).toBe(1);
    expect(estimator.guessFactor('m')).toBe(1);
  });

  test('approaches the reported usage, for that model only', () => {
    const estimator = trained(400, 10);
    expect(estimator.countInput('m', request) / 400).toBeCloseTo(1, 1);
    expect(estimator.countInput('other', request)).toBe(createTokenEstimator().countInput('other', request));
    expect(estimator.guessFactor('m')).toBeCloseTo(4);
  });

  test('of an answer uses what the model’s input has taught', () => {
    const text = 'The quick brown fox jumps over the lazy dog. '.repeat(20);
    const usual = createTokenEstimator().countOutput('m', text);
    expect(usual).toBeGreaterThan(150);
    expect(usual).toBeLessThan(300);
    expect(trained(400, 10).countOutput('m', text) / 400).toBeCloseTo(1, 1);
    expect(createTokenEstimator().countOutput('m', '')).toBe(0);
  });

  test('adapts to a model that changes', () => {
    const estimator = trained(200, 200);
    for (let index = 0; index < 60; index += 1) estimator.learn('m', 400, { request });
    expect(estimator.countInput('m', request) / 400).toBeCloseTo(1, 1);
  });

  test('ignores implausible reports', () => {
    const estimator = trained(200, 20);
    const before = estimator.countInput('m', request);
    for (const reported of [0, -1, Number.NaN, 1, 1e9, Number.POSITIVE_INFINITY]) {
      estimator.learn('m', reported, { request, guess: 100 });
    }
    expect(estimator.countInput('m', request)).toBe(before);
    expect(estimator.guessFactor('m')).toBeCloseTo(2);
  });
});

test('measures fewer requests once much was learned', () => {
  const estimator = createTokenEstimator();
  let wanted = 0;
  for (let index = 0; index < 320; index += 1) {
    if (estimator.wantsRequest('m')) wanted += 1;
    estimator.learn('m', 200, {});
  }
  expect(wanted).toBe(64 + 4);
});

describe('the learned state', () => {
  test('is saved and restored', () => {
    const estimator = trained(400, 10);
    const news = estimator.takeChanges();
    expect(estimator.takeChanges()).toBeUndefined();
    const restored = createTokenEstimator();
    restored.restore(JSON.parse(JSON.stringify(news)));
    expect(restored.countInput('m', request)).toBe(estimator.countInput('m', request));
    expect(restored.guessFactor('m')).toBe(estimator.guessFactor('m'));
    expect(restored.takeChanges()).toBeUndefined();
  });

  test('of another version is ignored', () => {
    const restored = createTokenEstimator();
    restored.restore([
      { model: 'm', state: [] },
      { model: 'n', state: [1, 2, 3, Number.NaN] },
    ]);
    expect(restored.countInput('m', request)).toBe(createTokenEstimator().countInput('m', request));
  });

  test('is bounded: the least recently updated models are evicted', () => {
    const estimator = createTokenEstimator();
    for (let index = 0; index < 600; index += 1) {
      estimator.learn(`model-${index}`, 400, { request });
      if (index === 400) estimator.learn('model-0', 400, { request });
    }
    const models = estimator.takeChanges()?.map(({ model }) => model);
    expect(models).toHaveLength(500);
    expect(models?.slice(0, 2)).toEqual(['model-0', 'model-101']);
  });
});
