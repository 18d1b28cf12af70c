import { createHmac } from 'node:crypto';
import { channelValues } from '../../../contract/alerts.ts';
import { defineHttpChannel, json, refusalByCode, toText } from './call.ts';

/**
 * A robot in a Feishu or Lark group. Its signature uses the text as the key and an empty message:
 * https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
 */
export const feishu = defineHttpChannel(channelValues.feishu, {
  write({ url, secret }, message) {
    const timestamp = String(Math.floor(message.at / 1000));
    const signed =
      secret === undefined
        ? {}
        : { timestamp, sign: createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64') };
    return {
      url,
      headers: json,
      body: JSON.stringify({ ...signed, msg_type: 'text', content: { text: withoutMentions(toText(message)) } }),
    };
  },
  findRefusal: (answer) => refusalByCode(answer, 'code', 'StatusCode'),
});

/** Feishu would read `<at user_id="all">` in a name as a mention of everybody. */
function withoutMentions(text: string): string {
  return text.replaceAll(/<(?=\/?at\b)/gi, '＜');
}
