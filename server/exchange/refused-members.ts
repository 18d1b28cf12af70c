import { z } from 'zod';
import type { Clock } from '../lib/clock.ts';

/** Remembers which members of request bodies a model refuses on a route, by path. */
export interface RefusedMembers {
  /** The returned set is never modified. */
  membersOf(route: string, upstreamModel: string): ReadonlySet<string>;
  remember(route: string, upstreamModel: string, path: string): void;
}

export interface RefusedMembersOptions {
  readonly clock: Clock;
  /** The last value given to `onChange` before a restart; an invalid value is ignored. */
  readonly stored?: unknown;
  /** Called with the complete state as JSON after each change. */
  readonly onChange: (known: unknown) => void;
}

/** A refused member is retried after a week, because vendors change what their models accept; milliseconds. */
const rememberedFor = 7 * 24 * 3_600_000;
const maxPairs = 256;
const maxMembers = 48;
/** In characters. Names can come from clients. */
const maxPathLength = 300;
const nothing: ReadonlySet<string> = new Set();

const stored = z.array(
  z.object({
    route: z.string().max(100),
    model: z.string().max(300),
    paths: z.array(z.string().max(maxPathLength)).max(maxMembers),
    learnedAt: z.number().nonnegative(),
  }),
);
type Known = z.infer<typeof stored>[number];

interface Refusals extends Known {
  readonly members: ReadonlySet<string>;
}

/** Bounded: the pair that was learned longest ago is evicted first. */
export function createRefusedMembers({ clock, stored: before, onChange }: RefusedMembersOptions): RefusedMembers {
  const known = new Map<string, Refusals>();
  const keep = (one: Known) => {
    const key = `${one.route} ${one.model}`;
    known.delete(key);
    known.set(key, { ...one, members: new Set(one.paths) });
    if (known.size <= maxPairs) return;
    for (const oldest of known.keys()) {
      known.delete(oldest);
      break;
    }
  };
  const findCurrent = (route: string, model: string) => {
    if (known.size === 0) return undefined;
    const found = known.get(`${route} ${model}`);
    return found !== undefined && clock() - found.learnedAt < rememberedFor ? found : undefined;
  };
  const parsed = stored.safeParse(before);
  for (const one of parsed.success ? parsed.data : []) keep(one);
  return {
    membersOf: (route, model) => findCurrent(route, model)?.members ?? nothing,
    remember(route, model, path) {
      const paths = findCurrent(route, model)?.paths ?? [];
      if (paths.includes(path) || path.length > maxPathLength) return;
      keep({ route, model, paths: [...paths, path].slice(-maxMembers), learnedAt: clock() });
      onChange([...known.values()].map(({ members: _, ...one }) => one));
    },
  };
}
