import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { waitAtMost } from '../../lib/wait-at-most.ts';
import type { Counter, SharedState } from '../shared-state.ts';
import { createRedisBudgets } from './budgets.ts';
import { connect } from './connect.ts';
import { createRedisCounter } from './counters.ts';
import { createRedisDuties } from './duties.ts';
import { RedisLink } from './link.ts';
import { createRedisNews } from './news.ts';
import { createRedisNotes } from './notes.ts';
import { createRedisPlaces } from './places.ts';
import { readRedisUrl } from './redis-url.ts';
import { createRedisShelf } from './shelf.ts';

export interface RedisStateOptions {
  /** The value of `REDIS_URL`; see `readRedisUrl`. */
  readonly url: string;
  /** The same for all replicas of one gateway, and different for other gateways on the same server. */
  readonly namespace: string;
  readonly clock?: Clock;
  /** Called once each time the server becomes unreachable, or is unreachable at the start; `onFound` after that. */
  readonly onLost?: (error: unknown) => void;
  readonly onFound?: () => void;
  /** How long places and reservations last after a replica died; milliseconds. */
  readonly lease?: number;
  /** How long the start waits for the server; milliseconds. */
  readonly startTimeout?: number;
}

/** How long `close` waits for pending commands; milliseconds. */
const closeTimeout = 1000;

/**
 * Shares state with all replicas that use the same server and namespace. While the server is unreachable, this replica
 * continues with its own counts.
 *
 * @throws RedisUrlUnusable
 */
export async function openRedisState(options: RedisStateOptions): Promise<SharedState> {
  const { url, namespace, clock = systemClock, startTimeout = 2000, lease = 15_000 } = options;
  const { onLost = () => undefined, onFound = () => undefined } = options;
  const replica = randomUUID();
  const prefix = `atlassian-proxy:${namespace}:`;
  const { commands, subscriber } = connect(readRedisUrl(url));
  const link = new RedisLink({ client: commands, clock, onLost, onFound });
  let members = 0;
  const newMember = () => {
    members += 1;
    return `${replica}.${members}`;
  };
  const places = createRedisPlaces({ link, prefix, newMember, lease });
  const budgets = createRedisBudgets({ link, prefix, clock, newMember, lease });
  const duties = createRedisDuties(link, prefix, replica);
  const news = createRedisNews({ link, subscriber, prefix, replica });
  const counters = new Map<string, Counter>();
  const renewal = setInterval(() => {
    places.renew();
    budgets.renew();
  }, lease / 3).unref();
  if (commands.status !== 'ready') await waitAtMost(startTimeout, once(commands, 'ready')).catch(() => undefined);
  link.reportStart();

  return {
    counter(name, seconds) {
      const counter = counters.get(name) ?? createRedisCounter(link, commands, `${prefix}count:${name}`, seconds);
      counters.set(name, counter);
      return counter;
    },
    budgets,
    places,
    notes: createRedisNotes(link, prefix, clock),
    shelf: createRedisShelf(link, prefix),
    news,
    duties,
    status: () => link.status,
    async close() {
      clearInterval(renewal);
      await waitAtMost(closeTimeout, duties.leave());
      link.close();
      await waitAtMost(
        closeTimeout,
        commands.quit().catch(() => undefined),
      );
      commands.disconnect();
      subscriber.disconnect();
    },
  };
}
