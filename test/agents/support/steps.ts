import { expect } from 'vitest';
import type { AgentBench } from './agent-bench.ts';
import type { AgentRun } from './run-agent.ts';

/** A step of the simulator's script: the model calls a tool. @param written arguments, or a custom tool's text */
export function calls(tool: string, written: object | string) {
  const text = typeof written === 'string' ? written : JSON.stringify(written);
  return { 'tool-name': tool, 'tool-arguments-text': text };
}

/** The last step of a script. */
export const done = { text: 'All is done.' };

/** A PNG of one pixel, as base64. */
export const bluePixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwADBwIAMCbHYQAAAABJRU5ErkJggg==';

interface Service {
  readonly route: string;
  readonly requests: number;
  /** Requests that the vendor refuses for a member, before the gateway knows that it is to be left out. */
  readonly refused?: number;
}

/** The agent ended well with the script's last words, by so many answers of this route, and asked nobody else. */
export function expectServed(bench: AgentBench, run: AgentRun, { route, requests, refused = 0 }: Service): void {
  expect(run.code, run.report).toBe(0);
  expect(run.stdout, run.report).toContain(done.text);
  const sent = bench.control.requests({ kind: 'model' }).map((request) => `${request.route} ${request.status}`);
  const wanted = [...Array<string>(refused).fill(`${route} 400`), ...Array<string>(requests).fill(`${route} 200`)];
  expect(sent, run.report).toEqual(wanted);
  expect(bench.strayed, run.report).toEqual([]);
}
