import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { RequestHead } from '../../server/dialects/dialect.ts';

const dialectsFolder = join(import.meta.dirname, '../../server/dialects');

/** A recorded client request: `fixtures/requests/*.json` of its dialect, `{path, query?, headers?, body}`. */
export interface RecordedRequest {
  /** The file name without extension. */
  readonly name: string;
  readonly head: RequestHead;
  readonly body: Uint8Array;
}

const recordedSchema = z.strictObject({
  path: z.string(),
  query: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown(),
});

/** All recorded requests of a dialect. */
export function recordedRequests(dialect: string): readonly RecordedRequest[] {
  const folder = join(dialectsFolder, dialect, 'fixtures/requests');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const {
        path,
        query = '',
        headers = {},
        body,
      } = recordedSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      return {
        name: file.slice(0, -'.json'.length),
        head: { method: 'POST', path, query: new URLSearchParams(query), headers },
        body: Buffer.from(JSON.stringify(body)),
      };
    });
}

/** The request that every dialect has under that name: `hello` and `hello-stream` ask for a plain answer. */
export function recordedRequest(dialect: string, name: 'hello' | 'hello-stream'): RecordedRequest {
  const found = recordedRequests(dialect).find((request) => request.name === name);
  if (found === undefined) throw new Error(`${dialect} has no fixtures/requests/${name}.json`);
  return found;
}
