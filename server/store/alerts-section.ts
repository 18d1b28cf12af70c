import { z } from 'zod';
import { channelKinds } from '../../contract/alerts.ts';
import type { AlertStore } from '../alerts/alert-store.ts';
import { parseJson } from '../lib/json.ts';
import type { Vault } from '../lib/secrets.ts';
import type { SettingStore } from '../settings/settings.ts';
import { alertChannels, sealPurposes } from './sealed-columns.ts';

const storedChannel = z.object({
  id: z.string(),
  kind: z.enum(channelKinds),
  name: z.string(),
  enabled: z.boolean(),
  sealed: z.string(),
});
const storedValues = z.record(z.string(), z.string());

const sections = { channels: alertChannels, settings: 'alerts:settings', memory: 'learned:alerts' } as const;
const purposeOf = sealPurposes.alertChannel;

/**
 * Stores alert channels and rules in the settings table. Channels of unknown kinds, from a newer version, are ignored.
 */
export function createAlertsSection(settings: SettingStore, vault: Vault): AlertStore {
  return {
    async load() {
      const stored = await settings.load();
      const list = z.array(z.unknown()).safeParse(stored[sections.channels]);
      const items = list.data ?? [];
      const channels = items.flatMap((item) => {
        const parsed = storedChannel.safeParse(item);
        if (!parsed.success) return [];
        const { sealed, ...channel } = parsed.data;
        return [{ ...channel, values: storedValues.parse(parseJson(vault.open(sealed, purposeOf(channel.id)))) }];
      });
      const unknownChannels = items.length - channels.length;
      return { channels, unknownChannels, settings: stored[sections.settings], memory: stored[sections.memory] };
    },
    saveChannels: (channels) =>
      settings.save(
        sections.channels,
        channels.map(({ values, ...channel }) => ({
          ...channel,
          sealed: vault.seal(JSON.stringify(values), purposeOf(channel.id)),
        })),
      ),
    saveSettings: (value) => settings.save(sections.settings, value),
    saveMemory: (memory) => settings.save(sections.memory, memory),
  };
}
