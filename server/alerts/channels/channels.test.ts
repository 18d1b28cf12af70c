import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AlertMessage } from '../write-message.ts';
import { httpChannels } from './index.ts';

const message: AlertMessage = {
  type: 'alert',
  level: 'bad',
  title: 'Atlassian Proxy: alert',
  lines: ['0 of <3> credentials are ready.'],
  link: 'https://gate.example/admin/',
  at: 1_780_000_000_500,
};
const text = 'Atlassian Proxy: alert\n0 of <3> credentials are ready.\nhttps://gate.example/admin/';

function write(kind: keyof typeof httpChannels, values: Record<string, string>, sent = message) {
  const { body, ...call } = httpChannels[kind].write(values, sent, 'message-1');
  return { ...call, body: JSON.parse(body), text: body };
}

describe('channels', () => {
  it('sign a webhook according to Standard Webhooks', () => {
    const key = Buffer.from('0123456789abcdef01234567');
    const call = write('webhook', { url: 'https://a.example/hook', secret: `whsec_${key.toString('base64')}` });
    expect(call.body).toEqual({
      type: 'alert.raised',
      timestamp: '2026-05-28T20:26:40.500Z',
      data: { level: 'bad', title: message.title, lines: message.lines, link: message.link },
    });
    const signed = createHmac('sha256', key).update(`message-1.1780000000.${call.text}`).digest('base64');
    expect(call.headers).toMatchObject({
      'webhook-id': 'message-1',
      'webhook-timestamp': '1780000000',
      'webhook-signature': `v1,${signed}`,
    });
    expect(write('webhook', { url: 'https://a.example/hook' }).headers).not.toHaveProperty('webhook-signature');
  });

  it('sign for Feishu, with the secret as the key', () => {
    const { url, body } = write('feishu', { url: 'https://open.feishu.cn/open-apis/bot/v2/hook/x', secret: 's' });
    expect(url).toBe('https://open.feishu.cn/open-apis/bot/v2/hook/x');
    const sign = createHmac('sha256', '1780000000\ns').update('').digest('base64');
    expect(body).toEqual({ timestamp: '1780000000', sign, msg_type: 'text', content: { text } });
  });

  it('sign for DingTalk, in the URL', () => {
    const { url, body } = write('dingtalk', {
      url: 'https://oapi.dingtalk.com/robot/send?access_token=x',
      secret: 's',
    });
    const sign = createHmac('sha256', 's').update('1780000000500\ns').digest('base64');
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      access_token: 'x',
      timestamp: '1780000000500',
      sign,
    });
    expect(body).toEqual({ msgtype: 'text', text: { content: text } });
  });

  it('format messages for WeCom, Telegram and Slack, and mention nobody', () => {
    expect(write('wecom', { url: 'https://qyapi.weixin.qq.com/x?key=y' }).body).toEqual({
      msgtype: 'text',
      text: { content: text },
    });
    const telegram = write('telegram', { token: '123456:abcdefghij', chat: '-100' });
    expect(telegram.url).toBe('https://api.telegram.org/bot123456:abcdefghij/sendMessage');
    expect(telegram.body).toMatchObject({ chat_id: '-100', text });
    expect(write('telegram', { server: 'https://t.example/', token: '123456:abcdefghij', chat: 'c' }).url).toBe(
      'https://t.example/bot123456:abcdefghij/sendMessage',
    );
    const loud = { ...message, lines: ['The key “<at user_id="all">x</at>” expires.'] };
    const feishu = write('feishu', { url: 'https://open.feishu.cn/x' }, loud);
    expect(feishu.body.content.text).toContain('The key “＜at user_id="all">x＜/at>” expires.');
    expect(write('slack', { url: 'https://hooks.slack.com/x' }).body.text).toContain('0 of &lt;3&gt; credentials');
  });

  it('detect an error in a response with status 200', () => {
    const refusal = (kind: keyof typeof httpChannels, status: number, body: string) =>
      httpChannels[kind].findRefusal({ status, body });
    expect(refusal('feishu', 200, '{"code":0,"msg":"success"}')).toBeUndefined();
    expect(refusal('feishu', 200, '{"StatusCode":0}')).toBeUndefined();
    expect(refusal('feishu', 200, '{"code":19021,"msg":"sign match fail"}')).toContain('sign match fail');
    expect(refusal('dingtalk', 200, '{"errcode":310000,"errmsg":"keywords not in content"}')).toContain('keywords');
    expect(refusal('wecom', 200, '{"errcode":0,"errmsg":"ok"}')).toBeUndefined();
    expect(refusal('wecom', 200, '<html>')).toBe('<html>');
    expect(refusal('wecom', 200, '')).toBe('an empty response');
    expect(refusal('slack', 404, 'no_team')).toBe('HTTP 404: no_team');
    expect(refusal('webhook', 204, '')).toBeUndefined();
    expect(refusal('webhook', 302, '')).toBe('HTTP 302');
  });
});
