import { z } from 'zod';
import type { Clock } from '../lib/clock.ts';

/** Members of request bodies, by path, that a model refuses on a route. */
export interface RefusedMembers {
  /** Never changes once it was given out. */
  membersOf(route: string, upstreamModel: string): ReadonlySet<string>;
  remember(route: string, upstreamModel: string, path: string): void;
}

export interface RefusedMembersOptions {
  readonly clock: Clock;
  /** What `onChange` was given before a restart; anything else counts as nothing. */
  readonly stored?: unknown;
  /** Told all that is known, as JSON, after each change. */
  readonly onChange: (known: unknown) => void;
}

/** Vendors change what their models take: after a week it is tried again. */
const rememberedFor = 7 * 24 * 3_600_000;
const maxPairs = 256;
const maxMembers = 16;
const nothing: ReadonlySet<string> = new Set();

const stored = z.array(
  z.object({
    route: z.string().max(100),
    model: z.string().max(300),
    paths: z.array(z.string().max(300)).max(maxMembers),
    learnedAt: z.number().nonnegative(),
  }),
);
type Known = z.infer<typeof stored>[number];

interface Refusals extends Known {
  readonly members: ReadonlySet<string>;
}

/** Bounded: of too many pairs, what was learned longest ago goes first. */
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
  const find = (route: string, model: string) => {
    if (known.size === 0) return undefined;
    const found = known.get(`${route} ${model}`);
    return found !== undefined && clock() - found.learnedAt < rememberedFor ? found : undefined;
  };
  const parsed = stored.safeParse(before);
  for (const one of parsed.success ? parsed.data : []) keep(one);
  return {
    membersOf: (route, model) => find(route, model)?.members ?? nothing,
    remember(route, model, path) {
      const paths = find(route, model)?.paths ?? [];
      if (paths.includes(path)) return;
      keep({ route, model, paths: [...paths, path].slice(-maxMembers), learnedAt: clock() });
      onChange([...known.values()].map(({ members: _, ...one }) => one));
    },
  };
}
