import { channelValues } from '../../../contract/alerts.ts';
import { defineHttpChannel, json, refusalByStatus, toText } from './call.ts';

/**
 * An incoming webhook of Slack, or a compatible service:
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export const slack = defineHttpChannel(channelValues.slack, {
  write: ({ url }, message) => ({ url, headers: json, body: JSON.stringify({ text: escapeMarks(toText(message)) }) }),
  findRefusal: refusalByStatus,
});

/** Slack would interpret these characters as mentions and links. */
function escapeMarks(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
