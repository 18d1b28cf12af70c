import type { ChannelKind } from '../../../contract/alerts.ts';
import type { HttpChannel } from './call.ts';
import { dingtalk } from './dingtalk.ts';
import { feishu } from './feishu.ts';
import { slack } from './slack.ts';
import { telegram } from './telegram.ts';
import { webhook } from './webhook.ts';
import { wecom } from './wecom.ts';

/** Every channel that is one POST: all but e-mail. */
export const httpChannels: Readonly<Record<Exclude<ChannelKind, 'email'>, HttpChannel>> = {
  webhook,
  feishu,
  dingtalk,
  wecom,
  telegram,
  slack,
};
