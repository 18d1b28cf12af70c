import { channelValues } from '../../../contract/alerts.ts';
import { defineHttpChannel, json, refusalByCode, toText } from './call.ts';

/** A robot in a WeCom group: https://developer.work.weixin.qq.com/document/path/91770 */
export const wecom = defineHttpChannel(channelValues.wecom, {
  write: ({ url }, message) => ({
    url,
    headers: json,
    body: JSON.stringify({ msgtype: 'text', text: { content: toText(message) } }),
  }),
  findRefusal: (answer) => refusalByCode(answer, 'errcode'),
});
