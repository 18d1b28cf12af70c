import type { AlertChannel, AlertSettings } from '../../contract/alerts.ts';
import type { Clock } from '../lib/clock.ts';
import { createSerial } from '../lib/serial.ts';
import { AlertCheck } from './alert-check.ts';
import { type AlertChanges, changeAlertSettings, readAlertSettings } from './alert-settings.ts';
import type { AlertStore, StoredChannel } from './alert-store.ts';
import { ChannelUnusable, isSameTarget, keepSecrets, type NewChannel, readValues, toView } from './channel-values.ts';
import type { Delivery } from './deliver.ts';
import type { Facts } from './find-conditions.ts';
import { loadAlerts } from './load-alerts.ts';
import { createOutbox, type SentMessage } from './outbox.ts';
import { type AlertMessage, writeTest } from './write-message.ts';

/** Alerts for the admin: channels, rules and delivery. */
export interface Alerts {
  view(): Promise<{
    readonly channels: AlertChannel[];
    readonly settings: AlertSettings;
    readonly sent: readonly SentMessage[];
  }>;
  edit(changes: AlertChanges): Promise<AlertSettings>;
  /** @throws ChannelUnusable */
  add(channel: NewChannel): Promise<AlertChannel>;
  /** Omitted secret values are unchanged. @returns undefined if there is no such channel @throws ChannelUnusable */
  change(id: string, changes: ChannelChanges): Promise<AlertChannel | undefined>;
  /** @returns its name; undefined if there is no such channel */
  remove(id: string): Promise<string | undefined>;
  /** Sends a test message now. @returns undefined if there is no such channel */
  test(id: string): Promise<Delivery | undefined>;
  /** Returns all channels and settings with their secrets in plain text, for an encrypted export. */
  reveal(): Promise<SavedAlerts>;
  /**
   * Adds the missing channels, and the settings if none are saved.
   *
   * @returns how many channels were added
   */
  adopt(saved: SavedAlerts): Promise<number>;
  /** Checks all conditions, reports what is new, and retries messages that could not be sent. */
  check(): Promise<void>;
}

export interface SavedAlerts {
  readonly channels: readonly (NewChannel & { readonly enabled: boolean })[];
  /** As stored; absent if the defaults are unchanged. */
  readonly settings?: unknown;
}

export interface ChannelChanges {
  readonly name?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly values?: Readonly<Record<string, string>> | undefined;
}

export interface AlertsOptions {
  readonly store: AlertStore;
  readonly readFacts: (settings: AlertSettings) => Promise<Facts>;
  readonly deliver: (
    channel: StoredChannel,
    message: AlertMessage,
    id: string,
    options: { readonly allowPrivate: boolean },
  ) => Promise<Delivery>;
  /** Only one of several replicas checks. */
  readonly claimDuty: () => Promise<boolean>;
  /** URL of the console, if the gateway knows its own address. */
  readonly link: string | undefined;
  readonly newId: () => string;
  readonly clock: Clock;
  /** Logs a one-line warning. */
  readonly warn: (message: string) => void;
}

const maxChannels = 50;

export function createAlerts(options: AlertsOptions): Alerts {
  const { store, deliver, link, newId, clock, warn } = options;
  const inTurn = createSerial();
  const outbox = createOutbox({ clock, newId });

  const warned = new Set<string>();
  /** Every load finds the same invalid parts. */
  const warnOnce = (part: string) => {
    if (warned.has(part)) return;
    warned.add(part);
    warn(`Stored alert data is invalid in this version and is ignored: ${part}.`);
  };
  const load = () => loadAlerts(store, warnOnce);
  const contextOf = ({ language, timeZone }: AlertSettings) => ({ language, timeZone, link, now: clock() });
  const sendWith =
    ({ allowPrivate }: AlertSettings) =>
    (channel: StoredChannel, message: AlertMessage, id: string) =>
      deliver(channel, message, id, { allowPrivate });

  const check = new AlertCheck({ ...options, load, outbox, inTurn, contextOf, sendWith });

  return {
    async view() {
      const { channels, settings } = await load();
      return { channels: channels.map(toView), settings, sent: outbox.sent() };
    },
    edit: (changes) =>
      inTurn(async () => {
        const settings = changeAlertSettings((await load()).settings, changes);
        await store.saveSettings(settings);
        return settings;
      }),
    add: (added) =>
      inTurn(async () => {
        const { channels } = await load();
        if (channels.length >= maxChannels)
          throw new ChannelUnusable('kind', `There can be at most ${maxChannels} channels.`);
        const channel = { ...added, id: newId(), enabled: true, values: readValues(added.kind, added.values) };
        await store.saveChannels([...channels, channel]);
        return toView(channel);
      }),
    change: (id, { name, enabled, values }) =>
      inTurn(async () => {
        const { channels } = await load();
        const before = channels.find((channel) => channel.id === id);
        if (before === undefined) return undefined;
        const changed = {
          ...before,
          name: name ?? before.name,
          enabled: enabled ?? before.enabled,
          values: values === undefined ? before.values : readValues(before.kind, keepSecrets(before, values)),
        };
        await store.saveChannels(channels.map((channel) => (channel.id === id ? changed : channel)));
        return toView(changed);
      }),
    remove: (id) =>
      inTurn(async () => {
        const { channels } = await load();
        const removed = channels.find((channel) => channel.id === id);
        if (removed === undefined) return undefined;
        await store.saveChannels(channels.filter((channel) => channel.id !== id));
        return removed.name;
      }),
    async test(id) {
      const { channels, settings } = await load();
      const channel = channels.find((one) => one.id === id);
      if (channel === undefined) return undefined;
      return outbox.sendNow(channel, writeTest(contextOf(settings)), sendWith(settings));
    },
    async reveal() {
      const { channels, settings } = await store.load();
      return { channels: channels.map(({ id: _, ...channel }) => channel), settings };
    },
    adopt: (saved) =>
      inTurn(async () => {
        const { channels, settings } = await store.load();
        if (settings === undefined && saved.settings !== undefined) {
          await store.saveSettings(readAlertSettings(saved.settings, warnOnce));
        }
        const missing = saved.channels
          .filter((channel) => !channels.some((known) => isSameTarget(known, channel)))
          .slice(0, Math.max(0, maxChannels - channels.length));
        if (missing.length === 0) return 0;
        const added = missing.map((channel) => ({ ...channel, id: newId() }));
        await store.saveChannels([...channels, ...added]);
        return added.length;
      }),
    check: () => check.checkAndSend(),
  };
}
