import type { ChannelKind } from '../../contract/alerts.ts';

/** A channel to send messages to. Its values are secret and only decrypted in memory. */
export interface StoredChannel {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly name: string;
  readonly enabled: boolean;
  readonly values: Readonly<Record<string, string>>;
}

/** Stores what alerts need. The channels' values are encrypted. */
export interface AlertStore {
  load(): Promise<{
    readonly channels: readonly StoredChannel[];
    /** How many other channels are stored, in a form of another version. */
    readonly unknownChannels: number;
    /** As saved, not yet validated. */
    readonly settings: unknown;
    readonly memory: unknown;
  }>;
  saveChannels(channels: readonly StoredChannel[]): Promise<void>;
  saveSettings(settings: unknown): Promise<void>;
  saveMemory(memory: unknown): Promise<void>;
}
