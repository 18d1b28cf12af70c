import { expect } from 'vitest';
import type { AgentBench } from './agent-bench.ts';
import type { AgentRun } from './run-agent.ts';

/** A step of the simulator's script: the model calls a tool. @param written arguments, or a custom tool's text */
export function calls(tool: string, written: object | string) {
  const text = typeof written === 'string' ? written : JSON.stringify(written);
  return { 'tool-name': tool, 'tool-arguments-text': text };
}

/** The final step of a script. */
export const done = { text: 'All is done.' };

/** A PNG of one pixel, as base64. */
export const bluePixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwADBwIAMCbHYQAAAABJRU5ErkJggg==';

interface Service {
  readonly routes: readonly string[];
  readonly requests: number;
  /** Requests that the vendor refuses because of a member, before the gateway learns to drop it. */
  readonly refused?: number;
}

/**
 * Expects that the agent succeeded with the script's final text, with this many answers from these routes, and
 * contacted no one else.
 */
export function expectServed(bench: AgentBench, run: AgentRun, { routes, requests, refused = 0 }: Service): void {
  expect(run.code, run.report).toBe(0);
  expect(run.stdout, run.report).toContain(done.text);
  const sent = bench.control.requests({ kind: 'model' });
  const wanted = [...Array<number>(refused).fill(400), ...Array<number>(requests).fill(200)];
  expect(
    sent.map(({ status }) => status),
    run.report,
  ).toEqual(wanted);
  for (const { route } of sent) expect(routes, run.report).toContain(route);
  expect(bench.strayed, run.report).toEqual([]);
}

/** Expects the file and the copy that the script asked for. */
export function expectFiles(bench: AgentBench, run: AgentRun): void {
  expect(bench.read('hello.txt'), run.report).toBe('Hello\n');
  expect(bench.read('copy.txt'), run.report).toBe('Hello\n');
}
