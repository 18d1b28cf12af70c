import { z } from 'zod';
import { channelKinds, channelValues } from '../../../contract/alerts.ts';
import { count, promptCaching } from '../../../contract/common.ts';
import { credentialFields } from '../../../contract/credential-fields.ts';
import { keyLimits } from '../../../contract/keys.ts';
import { endpoint, newPrices } from '../../../contract/models.ts';
import { settingsRoutes } from '../../../contract/settings.ts';
import { parseJson } from '../../lib/json.ts';
import { CredentialExists } from '../../pool/credential.ts';
import type { AdminServices } from './admin-services.ts';
import { toModelSetting } from './model-setting.ts';

/** A channel with valid values for its kind. */
const channel = z
  .object({
    kind: z.enum(channelKinds),
    name: z.string(),
    enabled: z.boolean(),
    values: z.record(z.string(), z.string()),
  })
  .refine(({ kind, values }) => channelValues[kind].safeParse(values).success);

const time = z.number().int().nonnegative().nullable();

/** Everything an admin would have to enter again on a new gateway. */
const configuration = z.object({
  credentials: z.array(
    z.object({
      ...credentialFields,
      tokenExpiresAt: time.default(null),
      cloudId: credentialFields.cloudId.nullable(),
      enabled: z.boolean(),
      weight: count,
      maxConcurrency: count.nullable(),
    }),
  ),
  keys: z.array(
    z.object({
      name: z.string(),
      secret: z.string(),
      enabled: z.boolean(),
      expiresAt: time,
      limits: keyLimits,
      promptCaching: promptCaching.nullable().optional(),
    }),
  ),
  models: z.array(
    z.object({
      id: z.string(),
      enabled: z.boolean(),
      custom: z.boolean(),
      aliases: z.array(z.string()),
      fallbacks: z.array(z.string()),
      prices: newPrices.nullable().optional(),
      contextWindow: count.nullable().optional(),
      maxOutputTokens: count.nullable().optional(),
      endpoints: z.array(endpoint).optional(),
    }),
  ),
  settings: settingsRoutes.edit.body ?? z.never(),
  /** Absent in exports of versions without alerts. */
  alerts: z.object({ channels: z.array(channel), settings: z.unknown().optional() }).optional(),
});
type Configuration = z.output<typeof configuration>;

export class ConfigurationUnreadable extends Error {
  override readonly name = 'ConfigurationUnreadable';
}

type Services = Pick<AdminServices, 'pool' | 'keys' | 'models' | 'catalogue' | 'settings' | 'alerts'>;

/** The whole configuration with secrets in plain text. Encrypt it at once. @returns JSON */
export async function writeConfiguration(services: Services): Promise<string> {
  const { pool, keys, models, settings, alerts } = services;
  const { channels, settings: alertSettings } = await alerts.reveal();
  const secrets = await Promise.all(keys.list().map(async (key) => ({ key, secret: await keys.reveal(key.id) })));
  const content: z.input<typeof configuration> = {
    credentials: pool.list().map(({ credential }) => ({
      email: credential.email,
      token: credential.token,
      tokenExpiresAt: credential.tokenExpiresAt,
      label: credential.label,
      cloudId: credential.cloudId,
      enabled: credential.enabled,
      weight: credential.weight,
      maxConcurrency: credential.maxConcurrency,
    })),
    keys: secrets.flatMap(({ key, secret }) =>
      secret === undefined
        ? []
        : [
            {
              name: key.name,
              secret,
              enabled: key.enabled,
              expiresAt: key.expiresAt,
              limits: copyLimits(key.limits),
              promptCaching: key.promptCaching,
            },
          ],
    ),
    models: (await models.list()).map((model) => ({
      ...model,
      aliases: [...model.aliases],
      fallbacks: [...model.fallbacks],
      endpoints: model.endpoints?.map((one) => ({ ...one })),
    })),
    settings: settings.saved(),
    alerts: { channels: channels.map((one) => ({ ...one, values: { ...one.values } })), settings: alertSettings },
  };
  return JSON.stringify(content);
}

function copyLimits(limits: Parameters<AdminServices['keys']['adopt']>[0]['limits']) {
  return keyLimits.parse(limits);
}

/** How much an import added. */
export interface ImportResult {
  readonly credentials: number;
  readonly keys: number;
  readonly models: number;
  readonly channels: number;
  readonly settings: boolean;
}

/**
 * Adds what is missing and never changes existing entries. Credentials are matched by email, keys by secret, models by
 * id, alert channels by destination. A setting is imported if the admin has not saved it.
 *
 * @throws ConfigurationUnreadable
 */
export async function readConfiguration(text: string, services: Services): Promise<ImportResult> {
  const parsed = configuration.safeParse(parseJson(text));
  if (!parsed.success) throw new ConfigurationUnreadable('The file contains data that this version does not support.');
  const content = parsed.data;
  return {
    credentials: await addCredentials(content, services),
    keys: await addKeys(content, services),
    models: await addModels(content, services),
    channels: content.alerts === undefined ? 0 : await services.alerts.adopt(content.alerts),
    settings: await services.settings.adopt(content.settings),
  };
}

async function addCredentials({ credentials }: Configuration, { pool }: Services): Promise<number> {
  let added = 0;
  for (const credential of credentials) {
    try {
      await pool.add(credential);
      added += 1;
    } catch (error) {
      if (!(error instanceof CredentialExists)) throw error;
    }
  }
  return added;
}

async function addKeys(content: Configuration, { keys }: Services): Promise<number> {
  let added = 0;
  for (const { secret, ...settings } of content.keys) {
    if ((await keys.adopt(settings, secret)) !== undefined) added += 1;
  }
  return added;
}

async function addModels(content: Configuration, { models, catalogue }: Services): Promise<number> {
  const known = new Set((await models.list()).map((model) => model.id));
  const missing = content.models.filter((model) => !known.has(model.id));
  for (const model of missing) await models.put(toModelSetting(model));
  await catalogue.reload();
  return missing.length;
}
