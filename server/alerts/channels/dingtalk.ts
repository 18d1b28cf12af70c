import { createHmac } from 'node:crypto';
import { channelValues } from '../../../contract/alerts.ts';
import { defineHttpChannel, json, refusalByCode, toText } from './call.ts';

/** A robot in a DingTalk group: https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages */
export const dingtalk = defineHttpChannel(channelValues.dingtalk, {
  write({ url, secret }, message) {
    const target = new URL(url);
    if (secret !== undefined) {
      const timestamp = String(message.at);
      target.searchParams.set('timestamp', timestamp);
      target.searchParams.set('sign', createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64'));
    }
    const body = JSON.stringify({ msgtype: 'text', text: { content: toText(message) } });
    return { url: target.href, headers: json, body };
  },
  findRefusal: (answer) => refusalByCode(answer, 'errcode'),
});
