/** The results of a load program; times in microseconds. */
export interface LoadFigures {
  readonly completed: number;
  readonly failed: number;
  /** The first error; empty if there was none. */
  readonly fault: string;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  /** Maximum number of concurrently open streams; 0 for plain calls. */
  readonly peakOpen: number;
}

/** Parses the last line of a load program's output, which is JSON. Throws if it or a figure is missing. */
export function parseFigures(output: string): LoadFigures {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  const json: unknown = JSON.parse(line);
  const read = (name: string, fallback?: number): number => {
    const value: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, name) : undefined;
    if (typeof value === 'number') return value;
    if (fallback !== undefined) return fallback;
    throw new Error(`the load program printed no ${name}: ${line}`);
  };
  const fault: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, 'fault') : undefined;
  return {
    completed: read('completed'),
    failed: read('failed'),
    fault: typeof fault === 'string' ? fault : '',
    seconds: read('seconds'),
    p50: read('p50'),
    p99: read('p99'),
    peakOpen: read('peakOpen', 0),
  };
}
