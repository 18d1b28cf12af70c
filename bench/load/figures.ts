/** What a load program measured; times in microseconds. */
export interface LoadFigures {
  readonly completed: number;
  readonly failed: number;
  /** The first thing that was wrong, empty when nothing was. */
  readonly fault: string;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  /** Streams that were open at the same time at most; 0 for plain calls. */
  readonly peakOpen: number;
}

/** Reads the line of JSON that a load program prints last. Throws when there is none or a figure is missing. */
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
