import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeContent, encodeContent } from './backup-content.ts';
import type { BackupBatch } from './backup-rows.ts';
import { openBytes, sealBytes } from './sealed-stream.ts';
import { cheapCost, collect, inPieces } from './testing/bytes.ts';

const head = { version: '1.2.3', createdAt: 1, schema: ['001-initial'], withUsage: true };
const passphrase = 'a passphrase';

async function* give(batches: readonly BackupBatch[]): AsyncGenerator<BackupBatch> {
  yield* batches;
}

const value = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
  fc.maxSafeInteger(),
  fc.constant(null),
);
/** A batch of rows with the same columns. */
const batch = fc
  .uniqueArray(
    fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
    { minLength: 1, maxLength: 5 },
  )
  .chain((columns) =>
    fc.record({
      table: fc.string().filter((name) => name !== '__proto__'),
      rows: fc.array(
        fc.tuple(...columns.map(() => value)).map((row) => toRow(columns, row)),
        {
          minLength: 1,
          maxLength: 20,
        },
      ),
    }),
  );

function toRow(columns: readonly string[], values: readonly (string | number | null)[]) {
  return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? null]));
}

describe('a backup’s content', () => {
  it('is read as it was written, encrypted or not, for any rows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 6 }), async (batches) => {
        const sealed = sealBytes(encodeContent(head, give(batches)), passphrase, { cost: cheapCost, chunk: 64 });
        const content = await decodeContent(openBytes(sealed, passphrase));
        expect(content.head).toEqual(head);
        const read: BackupBatch[] = [];
        for await (const one of content.batches) read.push(one);
        expect(read).toEqual(batches);
      }),
      { numRuns: 100 },
    );
  });

  it('is rejected if lines are missing, even if the bytes are authentic', async () => {
    const rows = [{ a: 1 }];
    const whole = await collect(encodeContent(head, give([{ table: 't', rows }])));
    for (const length of [0, 1, whole.length - 1]) {
      await expect(readAll(whole.subarray(0, length))).rejects.toThrow();
    }
    await expect(readAll(whole)).resolves.toBe(1);
  });

  it('fails with the error of its source', async () => {
    async function* failing(): AsyncGenerator<BackupBatch> {
      yield { table: 't', rows: [{ a: 1 }] };
      throw new Error('the source failed');
    }
    await expect(collect(encodeContent(head, failing()))).rejects.toThrow('the source failed');
  });
});

async function readAll(bytes: Uint8Array): Promise<number> {
  const { batches } = await decodeContent(inPieces(bytes));
  let count = 0;
  for await (const { rows } of batches) count += rows.length;
  return count;
}
