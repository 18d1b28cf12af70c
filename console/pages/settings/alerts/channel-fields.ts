import { type ChannelKind, channelValues } from '../../../../contract/alerts.ts';

/** In form order. */
export const fieldNames = {
  webhook: ['url', 'secret'],
  feishu: ['url', 'secret'],
  dingtalk: ['url', 'secret'],
  wecom: ['url'],
  telegram: ['token', 'chat', 'server'],
  slack: ['url'],
  email: ['host', 'port', 'security', 'user', 'password', 'from', 'to'],
} as const satisfies Record<ChannelKind, readonly string[]>;

export type ChannelField = (typeof fieldNames)[ChannelKind][number];

/** Example of each service's webhook address. */
export const placeholders: Readonly<Partial<Record<ChannelKind, string>>> = {
  webhook: 'https://example.com/alerts',
  feishu: 'https://open.feishu.cn/open-apis/bot/v2/hook/…',
  dingtalk: 'https://oapi.dingtalk.com/robot/send?access_token=…',
  wecom: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…',
  telegram: 'https://api.telegram.org',
  slack: 'https://hooks.slack.com/services/…',
};

/** Defaults for most mail servers. */
export const emailDefaults = { port: '465', security: 'tls' } as const;

export function isOptional(kind: ChannelKind, field: ChannelField): boolean {
  const shape: Readonly<Record<string, { safeParse(value: undefined): { success: boolean } }>> =
    channelValues[kind].shape;
  return shape[field]?.safeParse(undefined).success ?? false;
}
