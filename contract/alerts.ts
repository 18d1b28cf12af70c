import { z } from 'zod';
import { id, idParams, nameText, timestamp } from './common.ts';
import { defineRoute } from './route.ts';

export const channelKinds = ['webhook', 'feishu', 'dingtalk', 'wecom', 'telegram', 'slack', 'email'] as const;
export type ChannelKind = (typeof channelKinds)[number];

const url = z.url({ protocol: /^https?$/ }).max(2000);
const secret = z.string().min(1).max(500);
const text = z.string().trim().min(1).max(200);
const port = z.coerce.number().int().min(1).max(65_535);

/** The fields of each kind of channel. All of them are strings on the wire. */
export const channelValues = {
  /** Standard Webhooks. Messages are signed if there is a secret. */
  webhook: z.object({ url, secret: secret.optional() }),
  feishu: z.object({ url, secret: secret.optional() }),
  dingtalk: z.object({ url, secret: secret.optional() }),
  wecom: z.object({ url }),
  telegram: z.object({
    /** Default: `https://api.telegram.org`. */
    server: url.optional(),
    token: z
      .string()
      .regex(/^[\w:-]{10,200}$/)
      .max(200),
    chat: text,
  }),
  slack: z.object({ url }),
  email: z.object({
    host: text.regex(/^[\w.:-]+$/),
    port,
    /** `tls` from the start, `starttls`, or no encryption. */
    security: z.enum(['tls', 'starttls', 'none']),
    user: text.optional(),
    password: secret.optional(),
    from: z.email().max(254),
    to: z
      .string()
      .max(2000)
      .transform((list) => list.split(/[,;\s]+/).filter(Boolean))
      .pipe(z.array(z.email()).min(1).max(20)),
  }),
} as const;

/** Fields that are never shown again. Anyone who has the address of a chat robot can post with it. */
export const secretFields: ReadonlySet<string> = new Set(['url', 'secret', 'token', 'password']);

const values = z.record(z.string().max(20), z.string().max(2000));
const name = nameText.min(1).max(100);

const channel = z.object({
  id,
  kind: z.enum(channelKinds),
  name: z.string(),
  enabled: z.boolean(),
  /** Secret values are masked, like `https://hooks.slack.com/…Xyz9`, but still distinguishable. */
  values,
});
export type AlertChannel = z.infer<typeof channel>;

export const alertRules = z.object({
  /** Fewer than `below` credentials have been ready for a minute. */
  poolReady: z.object({ enabled: z.boolean(), below: z.number().int().min(1).max(10_000) }),
  tokenInvalid: z.object({ enabled: z.boolean() }),
  /** Uses the expiry date that the admin entered for a credential. */
  tokenExpiring: z.object({ enabled: z.boolean(), days: z.number().int().min(1).max(365) }),
  /** Less than `below` percent of the monthly or daily credits is left. */
  credits: z.object({ enabled: z.boolean(), below: z.number().int().min(1).max(99) }),
  /** A key has used 80 % or 100 % of its budget. */
  keyBudget: z.object({ enabled: z.boolean() }),
  keyExpiring: z.object({ enabled: z.boolean(), days: z.number().int().min(1).max(365) }),
  /** More than `above` percent of the last ten minutes' requests failed, and there were at least `requests` of them. */
  errorRate: z.object({
    enabled: z.boolean(),
    above: z.number().int().min(1).max(99),
    requests: z.number().int().min(1).max(1_000_000),
  }),
  /** The last scheduled backup failed. */
  backupFailed: z.object({ enabled: z.boolean() }),
  /** The gateway cannot store changes at the moment. */
  storage: z.object({ enabled: z.boolean() }),
});
export type AlertRules = z.infer<typeof alertRules>;
export const alertRuleNames = alertRules.keyof().options;
export type AlertRule = (typeof alertRuleNames)[number];

export const alertSettings = z.object({
  rules: alertRules,
  language: z.enum(['en', 'zh-CN']),
  /** IANA time zone name, for the times in messages. */
  timeZone: z.string().min(1).max(100),
  /** Minutes before the same alert may be sent again. */
  quietMinutes: z.number().int().min(1).max(43_200),
  /** Whether messages may go to addresses in private networks. */
  allowPrivate: z.boolean(),
});
export type AlertSettings = z.infer<typeof alertSettings>;

const delivery = z.object({ ok: z.boolean(), /** In English, without secrets. */ message: z.string() });

export const alertRoutes = {
  get: defineRoute({
    method: 'GET',
    path: '/alerts',
    response: z.object({
      channels: z.array(channel),
      settings: alertSettings,
      /** Recently sent messages, newest first. */
      sent: z.array(delivery.extend({ at: timestamp, channel: z.string(), title: z.string() })),
    }),
  }),
  /** Omitted fields are unchanged. */
  edit: defineRoute({
    method: 'PATCH',
    path: '/alerts',
    body: alertSettings.omit({ rules: true }).partial().extend({ rules: alertRules.partial().optional() }),
    response: alertSettings,
  }),
  add: defineRoute({
    method: 'POST',
    path: '/alerts/channels',
    body: z.object({ kind: z.enum(channelKinds), name, values }),
    response: channel,
  }),
  /** Omitted secret values are unchanged, but required if `host` or `server` changes. */
  change: defineRoute({
    method: 'PATCH',
    path: '/alerts/channels/:id',
    params: idParams,
    body: z.object({ name: name.optional(), enabled: z.boolean().optional(), values: values.optional() }),
    response: channel,
  }),
  remove: defineRoute({ method: 'DELETE', path: '/alerts/channels/:id', params: idParams }),
  /** Sends a message now, even on a disabled channel. */
  test: defineRoute({ method: 'POST', path: '/alerts/channels/:id/test', params: idParams, response: delivery }),
};
