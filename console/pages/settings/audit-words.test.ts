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
  expect(wordAction('credential.edit', t)).toBe('编辑凭证');
  expect(wordAction('session.login-failed', t)).toBe('登录失败');
  expect(wordAction('warp.engage', t)).toBe('warp.engage');
  expect(wordDetail('changed: label, weight', t)).toBe('已更改：标签, 权重');
  expect(wordDetail('changed: pool (strategy), retention (contentDays)', t)).toBe(
    '已更改：凭证池 (strategy), 数据保留 (contentDays)',
  );
  expect(wordDetail('2 of 3 lines added', t)).toBe('共 3 行，已添加 2 行');
  expect(wordDetail('2 credentials', t)).toBe('已更改 2 个凭证');
  expect(wordDetail('added 1 credentials, 2 keys, 3 models', t)).toBe(
    '已添加 1 个凭证、2 个密钥、3 个模型、0 个通知渠道。',
  );
  expect(wordDetail('Mozilla/5.0', t)).toBe('Mozilla/5.0');
});
