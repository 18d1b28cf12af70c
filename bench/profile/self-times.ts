import { z } from 'zod';
import { SourcePositions } from './source-positions.ts';

const frameSchema = z.object({
  functionName: z.string(),
  url: z.string(),
  lineNumber: z.number(),
  columnNumber: z.number(),
});
type Frame = z.infer<typeof frameSchema>;

const profileSchema = z.object({
  startTime: z.number(),
  nodes: z.array(z.object({ id: z.number(), callFrame: frameSchema })),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

/** Self time: excludes called functions. */
export interface SelfTime {
  readonly name: string;
  /** Share of the non-idle time. */
  readonly share: number;
}

/** A time range on the machine's monotonic clock, in microseconds. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

function shorten(path: string, project: string): string {
  const inside = path.replace(`${project}/`, '');
  const dependency = inside.lastIndexOf('node_modules/');
  return dependency < 0 ? inside : inside.slice(dependency + 'node_modules/'.length);
}

function sortShares(microseconds: ReadonlyMap<string, number>): SelfTime[] {
  const busy = [...microseconds.values()].reduce((sum, value) => sum + value, 0);
  const shares = [...microseconds].map(([name, value]) => ({ name, share: value / busy }));
  return shares.sort((a, b) => b.share - a.share);
}

function describe(frame: Frame, positions: SourcePositions, project: string): { name: string; file: string } {
  if (frame.url === '') {
    const native = frame.functionName || '(native)';
    return { name: native, file: native };
  }
  const { path, line } = positions.find(frame.url, frame.lineNumber, frame.columnNumber);
  const file = shorten(path, project);
  return { name: `${frame.functionName || '(anonymous)'} ${file}:${line + 1}`, file };
}

/**
 * Reads a V8 CPU profile (`node --cpu-prof`) and adds up the self time within the window, by function and by file.
 * Positions in built code are mapped to the sources. Idle time and waiting for events are excluded. Throws if the text
 * is not a profile.
 */
export function selfTimes(text: string, project: string, window: Window): { functions: SelfTime[]; files: SelfTime[] } {
  const profile = profileSchema.parse(JSON.parse(text));
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const functions = new Map<string, number>();
  const files = new Map<string, number>();
  const positions = new SourcePositions();
  let time = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0;
    time += delta;
    const frame = frames.get(id);
    if (frame === undefined || time < window.from || time > window.to || frame.functionName === '(idle)') continue;
    const { name, file } = describe(frame, positions, project);
    functions.set(name, (functions.get(name) ?? 0) + delta);
    files.set(file, (files.get(file) ?? 0) + delta);
  }
  return { functions: sortShares(functions), files: sortShares(files) };
}
