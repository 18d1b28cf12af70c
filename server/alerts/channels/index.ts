import type { ChannelKind } from '../../../contract/alerts.ts';
import type { HttpChannel } from './call.ts';
import { dingtalk } from './dingtalk.ts';
import { feishu } from './feishu.ts';
import { slack } from './slack.ts';
import { telegram } from './telegram.ts';
import { webhook } from './webhook.ts';
import { wecom } from './wecom.ts';

/** All channels that use a single POST, which is every kind except e-mail. */
export const httpChannels: Readonly<Record<Exclude<ChannelKind, 'email'>, HttpChannel>> = {
  webhook,
  feishu,
  dingtalk,
  wecom,
  telegram,
  slack,
};
