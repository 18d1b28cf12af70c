import {
  type AlertChannel,
  type AlertSettings,
  type ChannelKind,
  channelValues,
  secretFields,
} from '../../contract/alerts.ts';
import type { Clock } from '../lib/clock.ts';
import { createSerial } from '../lib/serial.ts';
import { type AlertMemory, decideAlerts, readMemory, splitMemory, writeMemory } from './alert-memory.ts';
import { type AlertChanges, changeAlertSettings, readAlertSettings } from './alert-settings.ts';
import type { AlertStore, StoredChannel } from './alert-store.ts';
import type { Delivery } from './deliver.ts';
import { type Facts, findConditions } from './find-conditions.ts';
import { maskValue } from './mask-value.ts';
import { createOutbox, type SentMessage } from './outbox.ts';
import { type AlertMessage, writeAlert, writeEnd, writeTest } from './write-message.ts';

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

export interface NewChannel {
  readonly kind: ChannelKind;
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
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

/** The values are not valid for this kind of channel. */
export class ChannelUnusable extends Error {
  override readonly name = 'ChannelUnusable';
  /** The name of the invalid value. */
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
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
}

const maxChannels = 50;
const minute = 60_000;

/** The enabled channels to send messages to, as of one check. */
interface Check {
  readonly channels: readonly StoredChannel[];
  readonly settings: AlertSettings;
  /** Why the check's decision could not be stored; undefined if it was. */
  readonly failure: unknown;
}

export function createAlerts(options: AlertsOptions): Alerts {
  const { store, readFacts, deliver, claimDuty, link, newId, clock } = options;
  const inTurn = createSerial();
  const outbox = createOutbox({ clock, newId });

  async function load() {
    const { channels, settings, memory } = await store.load();
    return { channels, settings: readAlertSettings(settings), memory: readMemory(memory) };
  }
  const contextOf = ({ language, timeZone }: AlertSettings) => ({ language, timeZone, link, now: clock() });
  const sendWith =
    ({ allowPrivate }: AlertSettings) =>
    (channel: StoredChannel, message: AlertMessage, id: string) =>
      deliver(channel, message, id, { allowPrivate });

  /** As last loaded or decided, for the time when the database does not respond. */
  let known: Awaited<ReturnType<typeof load>> | undefined;
  /** False while the memory could not be stored. Without it, each check would report the same conditions. */
  let isStored = true;

  async function loadIfPossible() {
    try {
      const loaded = await load();
      known = isStored || known === undefined ? loaded : { ...loaded, memory: known.memory };
    } catch (error) {
      if (known === undefined) throw error;
    }
    return known;
  }

  /** Decides what to report, and puts it into the outbox. @returns undefined if there is nothing to send */
  async function decide(): Promise<Check | undefined> {
    if (!(await claimDuty())) {
      // Another replica decides, and stores its own memory.
      isStored = true;
      return undefined;
    }
    const state = await loadIfPossible();
    const { channels, settings } = state;
    const open = channels.filter(({ enabled }) => enabled);
    // Without channels, nothing is reported yet. Conditions that still hold are reported once there is a channel.
    if (open.length === 0) return undefined;
    const context = contextOf(settings);
    const facts = await readFacts(settings);
    const [judged, others] = splitMemory(state.memory, ({ rule }) => facts.isComplete || rule === 'storage');
    const conditions = findConditions(facts, settings.rules);
    const decision = decideAlerts(judged, conditions, context.now, settings.quietMinutes * minute);
    // Save before sending: a gateway that crashes while sending must not report the same conditions again and again.
    const memory = new Map([...others, ...decision.memory]);
    known = { ...state, memory };
    const failure = await save(memory);
    for (const message of [writeAlert(decision.raised, context), writeEnd(decision.ended, context)]) {
      if (message !== undefined) outbox.add(open, message);
    }
    return { channels: open, settings, failure };
  }

  /** The trouble of a database that cannot store anything has to be reported, too. @returns why it was not stored */
  async function save(memory: AlertMemory): Promise<unknown> {
    isStored = false;
    try {
      await store.saveMemory(writeMemory(memory));
      isStored = true;
      return undefined;
    } catch (error) {
      return error;
    }
  }

  /** Sends outside of the turn, because channels and settings can be edited while a server does not respond. */
  async function check(): Promise<void> {
    const due = await inTurn(decide);
    if (due === undefined) return;
    await outbox.send(due.channels, sendWith(due.settings));
    if (due.failure !== undefined) throw due.failure;
  }

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
          await store.saveSettings(readAlertSettings(saved.settings));
        }
        const missing = saved.channels
          .filter((channel) => !channels.some((known) => isSameTarget(known, channel)))
          .slice(0, Math.max(0, maxChannels - channels.length));
        if (missing.length === 0) return 0;
        const added = missing.map((channel) => ({ ...channel, id: newId() }));
        await store.saveChannels([...channels, ...added]);
        return added.length;
      }),
    check,
  };
}

/** Whether both send to the same target with the same secrets, whatever their names. */
function isSameTarget(first: NewChannel, second: NewChannel): boolean {
  const sorted = ({ values }: NewChannel) => JSON.stringify(Object.entries(values).toSorted());
  return first.kind === second.kind && sorted(first) === sorted(second);
}

/** Absent or empty secret values are unchanged. */
function keepSecrets(before: StoredChannel, values: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(before.values).filter(([name]) => secretFields.has(name) && !values[name]?.trim());
  return { ...values, ...Object.fromEntries(kept) };
}

/** Empty values count as absent. @throws ChannelUnusable */
function readValues(kind: ChannelKind, given: Readonly<Record<string, string>>): Record<string, string> {
  const values = Object.fromEntries(
    Object.entries(given)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([name, value]) => value !== '' && Object.hasOwn(channelValues[kind].shape, name)),
  );
  const parsed = channelValues[kind].safeParse(values);
  if (parsed.success) return values;
  const [issue] = parsed.error.issues;
  throw new ChannelUnusable(String(issue?.path[0] ?? ''), issue?.message ?? 'not usable');
}

function toView({ id, kind, name, enabled, values }: StoredChannel): AlertChannel {
  const shown = Object.entries(values).map(([field, value]) => [
    field,
    secretFields.has(field) ? maskValue(value) : value,
  ]);
  return { id, kind, name, enabled, values: Object.fromEntries(shown) };
}
