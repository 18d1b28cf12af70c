import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import en from '../../i18n/en/index.ts';
import { wordAttempt, wordFailure, wordObstacle } from './words.ts';

const i18n = i18next.createInstance();
const t = await i18n.init({ lng: 'en', resources: { en: { translation: en } } });

describe('the server’s terms', () => {
  it('are worded where they are known, and shown as they came where not', () => {
    expect(wordFailure({ failureKind: 'timeout', attemptCount: 1 }, t)).toBe('Timed out');
    expect(wordFailure({ failureKind: 'brand-new', attemptCount: 1 }, t)).toBe('brand-new');
    expect(wordAttempt('rate', t)).toBe('Rate limited');
    expect(wordAttempt('novel', t)).toBe('novel');
  });

  it('tell an upstream that is overloaded from a pool that has none free', () => {
    expect(wordFailure({ failureKind: 'overloaded', attemptCount: 2 }, t)).toBe('Upstream overloaded');
    expect(wordFailure({ failureKind: 'overloaded', attemptCount: 0 }, t)).toBe('No credential was free');
  });

  it('word an obstacle together with its cause', () => {
    expect(wordObstacle('disabled', t)).toBe('disabled');
    expect(wordObstacle('cooling (rate)', t)).toBe('cooling down (Rate limited)');
    expect(wordObstacle('cooling for this model', t)).toBe('cooling down for this model');
    expect(wordObstacle('cooling (cosmic)', t)).toBe('cooling (cosmic)');
    expect(wordObstacle('on strike', t)).toBe('on strike');
  });
});
