import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dialects } from '../../server/dialects/index.ts';
import { upstreamRoutes } from '../../server/upstream/routes/index.ts';
import type { UpstreamRoute } from '../../server/upstream/routes/route.ts';
import { createUnifiedRoute } from '../../server/upstream/routes/unified/index.ts';
import { createVertexGeminiRoute } from '../../server/upstream/routes/vertex-gemini/index.ts';
import { assertWellFormed } from './assert-well-formed.ts';
import { recordedRequest } from './recorded-requests.ts';
import { type ClientAnswer, replay } from './replay.ts';

/*
 * Each recorded upstream answer × each dialect → the exact bytes for the client, in `expected/answers/`. An answer is
 * recorded in the fixtures of the route, or of the dialect that the route speaks.
 */

const server = join(import.meta.dirname, '../../server');

/** Folder of a route's recorded answers: its own, or else its dialect's, which count for the dialect's first route. */
function answersOf(route: UpstreamRoute): string | undefined {
  const own = join(server, 'upstream/routes', route.name, 'fixtures');
  if (existsSync(own)) return own;
  const first = [...upstreamRoutes.values()].find((other) => other.dialect === route.dialect && other.relaysAnswers);
  const shared = join(server, 'dialects', route.dialect, 'fixtures/answers');
  return first === route && existsSync(shared) ? shared : undefined;
}

/** The same route with sequential call ids. */
function repeatable(route: UpstreamRoute): UpstreamRoute {
  let ids = 0;
  const newId = () => `call_generated_${++ids}`;
  if (route.name === 'vertex-gemini') return createVertexGeminiRoute(newId);
  return route.name === 'unified' ? createUnifiedRoute(newId) : route;
}

for (const route of upstreamRoutes.values()) {
  const folder = answersOf(route);
  if (folder === undefined) continue;
  const variants = readdirSync(folder).filter((name) => /\.(sse|json|txt|html|bin)$/.test(name));
  describe.each(variants)(`the answer ${route.name}/%s`, (name) => {
    const bytes = readFileSync(join(folder, name));
    const contentType = name.endsWith('.bin') ? 'application/vnd.amazon.eventstream' : '';
    for (const dialect of dialects) {
      const answer = (form: 'hello' | 'hello-stream', pieces: readonly Uint8Array[]): Promise<ClientAnswer> => {
        const request = recordedRequest(dialect.name, form);
        return replay({ dialect, request, route: repeatable(route), contentType }, pieces);
      };

      it.each([
        ['stream', 'hello-stream'],
        ['plain', 'hello'],
      ] as const)(`gives ${dialect.name} the expected bytes, %s`, async (form, request) => {
        const told = await answer(request, [bytes]);
        assertWellFormed(dialect.name, told, form === 'stream');
        const file = `expected/answers/${route.name}/${name}/${dialect.name}.${form}.txt`;
        await expect(`${told.status}\n${told.body}\n`).toMatchFileSnapshot(file);
      });

      it(`gives ${dialect.name} the same bytes wherever it is cut`, async () => {
        const whole = { stream: await answer('hello-stream', [bytes]), plain: await answer('hello', [bytes]) };
        await fc.assert(
          fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
            const places = [0, ...cuts.toSorted((left, right) => left - right), bytes.length];
            const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
            expect(await answer('hello-stream', pieces)).toEqual(whole.stream);
            expect(await answer('hello', pieces)).toEqual(whole.plain);
          }),
          { numRuns: 8 },
        );
        const single = [...bytes].map((byte) => Uint8Array.of(byte));
        expect(await answer('hello-stream', single)).toEqual(whole.stream);
      });
    }
  });
}
