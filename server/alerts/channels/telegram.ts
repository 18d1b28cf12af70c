import { channelValues } from '../../../contract/alerts.ts';
import { defineHttpChannel, json, refusalByStatus, toText } from './call.ts';

const publicServer = 'https://api.telegram.org';

/** A Telegram bot: https://core.telegram.org/bots/api#sendmessage */
export const telegram = defineHttpChannel(channelValues.telegram, {
  write({ server = publicServer, token, chat }, message) {
    const body = { chat_id: chat, text: toText(message), link_preview_options: { is_disabled: true } };
    return { url: `${server.replace(/\/$/, '')}/bot${token}/sendMessage`, headers: json, body: JSON.stringify(body) };
  },
  findRefusal: refusalByStatus,
});
