import i18next from 'i18next';
import { beforeAll, expect, it } from 'vitest';
import zh from '../../i18n/zh-CN/index.ts';
import { wordAction, wordDetail } from './audit-words.ts';

beforeAll(async () => {
  await i18next.init({
    lng: 'zh-CN',
    resources: { 'zh-CN': { translation: zh } },
    interpolation: { escapeValue: false },
  });
});

it('words what it knows, and shows the rest as it came', () => {
  const t = i18next.t.bind(i18next);
  const detail = (text: string) => wordDetail({ action: 'any', detail: text }, t);
  expect(wordAction('credential.edit', t)).toBe('编辑凭证');
  expect(wordAction('session.login-failed', t)).toBe('登录失败');
  expect(wordAction('warp.engage', t)).toBe('warp.engage');
  expect(detail('changed: label, weight')).toBe('已更改：标签、权重');
  expect(detail('changed: pool (strategy), retention (contentDays)')).toBe(
    '已更改：凭证池 (strategy)、数据保留 (contentDays)',
  );
  expect(detail('2 of 3 lines added')).toBe('共 3 行，已添加 2 行');
  expect(detail('2 credentials')).toBe('已更改 2 个凭证');
  expect(detail('added 1 credentials, 2 keys, 3 models')).toBe('已添加 1 个凭证、2 个密钥、3 个模型、0 个通知渠道。');
  expect(detail('3 of 7 routes answer')).toBe('7 条路由中有 3 条可用');
  expect(wordDetail({ action: 'session.login-failed', detail: 'The password is wrong.' }, t)).toBe('密码错误');
  expect(detail('Mozilla/5.0')).toBe('Mozilla/5.0');
  const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36';
  expect(wordDetail({ action: 'session.login', detail: chrome }, t)).toBe('Chrome · Linux');
});
