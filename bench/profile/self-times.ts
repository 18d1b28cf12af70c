import { z } from 'zod';

const profileSchema = z.object({
  startTime: z.number(),
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

/** Time spent in something itself, not in what it called. */
export interface SelfTime {
  readonly name: string;
  /** Share of the time that was not idle. */
  readonly share: number;
}

/** A window of the machine's monotonic clock, in microseconds. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

function shorten(url: string, project: string): string {
  const path = url.replace('file://', '').replace(`${project}/`, '');
  const dependency = path.lastIndexOf('node_modules/');
  return dependency < 0 ? path : path.slice(dependency + 'node_modules/'.length);
}

function sortShares(microseconds: ReadonlyMap<string, number>): SelfTime[] {
  const busy = [...microseconds.values()].reduce((sum, value) => sum + value, 0);
  const shares = [...microseconds].map(([name, value]) => ({ name, share: value / busy }));
  return shares.sort((a, b) => b.share - a.share);
}

/**
 * Reads a V8 CPU profile (`node --cpu-prof`) and adds up the self time within the window, by function and by file.
 * Idle time and the wait for events are left out. Throws when the text is no profile.
 */
export function selfTimes(text: string, project: string, window: Window): { functions: SelfTime[]; files: SelfTime[] } {
  const profile = profileSchema.parse(JSON.parse(text));
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const functions = new Map<string, number>();
  const files = new Map<string, number>();
  let time = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0;
    time += delta;
    const frame = frames.get(id);
    if (frame === undefined || time < window.from || time > window.to || frame.functionName === '(idle)') continue;
    const file = frame.url === '' ? frame.functionName || '(native)' : shorten(frame.url, project);
    const name = frame.url === '' ? file : `${frame.functionName || '(anonymous)'} ${file}:${frame.lineNumber + 1}`;
    functions.set(name, (functions.get(name) ?? 0) + delta);
    files.set(file, (files.get(file) ?? 0) + delta);
  }
  return { functions: sortShares(functions), files: sortShares(files) };
}
