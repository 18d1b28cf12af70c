import type { ChannelKind } from '../../contract/alerts.ts';

/** Where messages go. Its values are secret: in the clear only in memory. */
export interface StoredChannel {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly name: string;
  readonly enabled: boolean;
  readonly values: Readonly<Record<string, string>>;
}

/** Where alerts keep what they know, the channels' values sealed. */
export interface AlertStore {
  load(): Promise<{
    readonly channels: readonly StoredChannel[];
    /** As saved: to be parsed. */
    readonly settings: unknown;
    readonly memory: unknown;
  }>;
  saveChannels(channels: readonly StoredChannel[]): Promise<void>;
  saveSettings(settings: unknown): Promise<void>;
  saveMemory(memory: unknown): Promise<void>;
}
