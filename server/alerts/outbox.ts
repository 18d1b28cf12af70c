import type { Clock } from '../lib/clock.ts';
import type { StoredChannel } from './alert-store.ts';
import type { Delivery } from './deliver.ts';
import type { AlertMessage } from './write-message.ts';

export interface SentMessage extends Delivery {
  readonly at: number;
  /** The channel's name. */
  readonly channel: string;
  readonly title: string;
}

interface Pending {
  readonly id: string;
  readonly channelId: string;
  readonly message: AlertMessage;
  readonly attempts: number;
  readonly dueAt: number;
}

export type Send = (channel: StoredChannel, message: AlertMessage, id: string) => Promise<Delivery>;

/** Messages to send and messages sent recently. Both are in memory and bounded. */
export interface Outbox {
  add(channels: readonly StoredChannel[], message: AlertMessage): void;
  /** Sends the due messages on all channels concurrently. Failed ones are retried a few times, minutes later. */
  send(channels: readonly StoredChannel[], send: Send): Promise<void>;
  /** Sends a message once, independently of the queue. */
  sendNow(channel: StoredChannel, message: AlertMessage, send: Send): Promise<Delivery>;
  /** Newest first. */
  sent(): readonly SentMessage[];
}

const maxPending = 200;
const maxShown = 50;
/** Delays after the first, second and third failure; milliseconds. */
const delays = [60_000, 300_000, 1_800_000] as const;
const maxDelay = Math.max(...delays);

export function createOutbox({ clock, newId }: { readonly clock: Clock; readonly newId: () => string }): Outbox {
  let pending: Pending[] = [];
  let shown: readonly SentMessage[] = [];

  async function trySending(channel: StoredChannel, message: AlertMessage, id: string, send: Send): Promise<Delivery> {
    const delivery = await send(channel, message, id);
    shown = [{ at: clock(), channel: channel.name, title: message.title, ...delivery }, ...shown].slice(0, maxShown);
    return delivery;
  }

  return {
    add(channels, message) {
      const added = channels.map(({ id }) => ({ id: newId(), channelId: id, message, attempts: 0, dueAt: 0 }));
      pending = [...pending, ...added].slice(-maxPending);
    },
    async send(channels, send) {
      const now = clock();
      // A message waits no longer if the clock was set back.
      const isDue = ({ dueAt }: Pending) => dueAt <= now || dueAt > now + maxDelay;
      const due = pending.filter(isDue);
      pending = pending.filter((one) => !isDue(one));
      await Promise.all(
        due.map(async (one) => {
          const channel = channels.find(({ id }) => id === one.channelId);
          // It was removed or disabled in the meantime.
          if (channel === undefined) return;
          const { ok } = await trySending(channel, one.message, one.id, send);
          const delay = delays[one.attempts];
          if (ok || delay === undefined) return;
          pending.push({ ...one, attempts: one.attempts + 1, dueAt: clock() + delay });
        }),
      );
    },
    sendNow: (channel, message, send) => trySending(channel, message, newId(), send),
    sent: () => shown,
  };
}
