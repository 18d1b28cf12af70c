import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import { writeMessage } from '../../contract/gateway-messages.ts';
import { AdminApiError } from '../api.ts';
import en from '../i18n/en/index.ts';
import zh from '../i18n/zh-CN/index.ts';
import { MissingPartError } from '../load-part.ts';
import { describeError } from './describe-error.ts';

const t = await i18next.createInstance().init({ lng: 'en', resources: { en: { translation: en } } });
const chinese = await i18next.createInstance().init({ lng: 'zh-CN', resources: { 'zh-CN': { translation: zh } } });
const say = (error: unknown) => describeError(error, t, 'en');

describe('a failure in words', () => {
  it('says what to do, by its code', () => {
    expect(say(new AdminApiError('wrong_password', 403, 'x'))).toBe('The password is wrong. Check it and try again.');
    expect(say(new AdminApiError('conflict', 409, 'a:b is there'))).toContain('a:b is there');
  });

  it('puts the usual messages of the gateway into the language', () => {
    const told = new AdminApiError('conflict', 409, writeMessage('aliasTaken', 'fast'));
    expect(say(told)).toBe('The name fast already belongs to another model.');
    expect(describeError(told, chinese, 'zh-CN')).toBe('名称 fast 已属于另一个模型。');
  });

  it('says how long to wait where it is known', () => {
    expect(say(new AdminApiError('too_many_attempts', 429, 'x', { retryAfterSeconds: 90 }))).toContain('in 1 m 30 s.');
    expect(say(new AdminApiError('too_many_attempts', 429, 'x'))).toContain('Wait a moment');
  });

  it('knows a part that is gone after an update, and leaves the rest as it is', () => {
    expect(say(new MissingPartError('x'))).toContain('Reload the page.');
    expect(say(new Error('odd'))).toBe('odd');
  });
});
