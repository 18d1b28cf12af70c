import type { AlertSettings } from '../../contract/alerts.ts';
import { type AlertMemory, readMemory } from './alert-memory.ts';
import { readAlertSettings } from './alert-settings.ts';
import type { AlertStore, StoredChannel } from './alert-store.ts';

export interface LoadedAlerts {
  readonly channels: readonly StoredChannel[];
  readonly settings: AlertSettings;
  /** What was reported. */
  readonly memory: AlertMemory;
}

/** @param onDropped called with the name of each stored part that this version cannot read */
export async function loadAlerts(
  store: Pick<AlertStore, 'load'>,
  onDropped: (part: string) => void,
): Promise<LoadedAlerts> {
  const { channels, unknownChannels, settings, memory } = await store.load();
  if (unknownChannels > 0) onDropped('channels');
  return {
    channels,
    settings: readAlertSettings(settings, (field) => onDropped(field === '' ? 'settings' : `settings.${field}`)),
    memory: readMemory(memory, () => onDropped('memory')),
  };
}
