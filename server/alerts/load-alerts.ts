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

export async function loadAlerts(store: Pick<AlertStore, 'load'>): Promise<LoadedAlerts> {
  const { channels, settings, memory } = await store.load();
  return { channels, settings: readAlertSettings(settings), memory: readMemory(memory) };
}
