import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BackupFailure } from './backup-failure.ts';
import { openBytes, sealBytes } from './sealed-stream.ts';
import { cheapCost, collect, inPieces } from './testing/bytes.ts';

const chunk = 16;
const seal = (plain: Uint8Array, passphrase = 'a passphrase') =>
  collect(sealBytes(inPieces(plain), passphrase, { cost: cheapCost, chunk }));
const open = (sealed: Uint8Array, passphrase = 'a passphrase') => collect(openBytes(inPieces(sealed), passphrase));
const headOf = (sealed: Buffer) => sealed.indexOf('\n', sealed.indexOf('\n') + 1) + 1;

describe('encrypted bytes', () => {
  it('have a key that is derived at the cost that SECURITY.md names', async () => {
    const sealed = await collect(sealBytes(inPieces(Buffer.from('x')), 'a passphrase'));
    const header = sealed.subarray(sealed.indexOf('\n') + 1, headOf(sealed)).toString();
    expect(JSON.parse(header)).toMatchObject({ kdf: 'argon2id', memory: 65_536, passes: 3 });
  });

  it('are decrypted to the original, in any chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 70 }),
        async (pieces, length) => {
          const sealed = await collect(sealBytes(inPieces(...pieces), 'pässphrase', { cost: cheapCost, chunk }));
          const cut = Array.from({ length: Math.ceil(sealed.length / length) }, (_, index) =>
            sealed.subarray(index * length, (index + 1) * length),
          );
          const opened = await collect(openBytes(inPieces(...cut), 'pa\u0308ssphrase'));
          expect(opened).toEqual(Buffer.concat(pieces));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('are rejected if truncated anywhere', async () => {
    const sealed = await seal(Buffer.alloc(chunk * 3, 'x'));
    for (let length = 0; length < sealed.length; length += 1) {
      await expect(open(sealed.subarray(0, length))).rejects.toBeInstanceOf(BackupFailure);
    }
    expect(await open(sealed)).toHaveLength(chunk * 3);
  });

  it('are rejected if any bit is altered', async () => {
    const sealed = await seal(Buffer.alloc(chunk * 2 + 3, 'x'));
    for (let at = 0; at < sealed.length; at += 1) {
      const altered = Buffer.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ (1 << (at % 8));
      await expect(open(altered)).rejects.toBeInstanceOf(BackupFailure);
    }
  });

  it('are rejected if chunks are reordered, removed, repeated or added', async () => {
    const sealed = await seal(Buffer.from(Array.from({ length: chunk * 4 }, (_, index) => index)));
    const head = sealed.subarray(0, headOf(sealed));
    const chunks = [0, 1, 2, 3].map((index) => {
      const from = head.length + index * (chunk + 16);
      return sealed.subarray(from, from + chunk + 16);
    });
    const orders = [[1, 0, 2, 3], [0, 2, 3], [0, 1, 2], [0, 1, 1, 2, 3], [0, 1, 2, 3, 3], [3], []];
    for (const order of orders) {
      const altered = Buffer.concat([head, ...order.map((index) => chunks[index] ?? Buffer.of())]);
      await expect(open(altered)).rejects.toBeInstanceOf(BackupFailure);
    }
    expect(await open(Buffer.concat([head, ...chunks]))).toHaveLength(chunk * 4);
  });

  it('are rejected with another passphrase or format', async () => {
    const sealed = await seal(Buffer.from('x'));
    await expect(open(sealed, 'another one')).rejects.toThrow(/passphrase is wrong/);
    await expect(open(Buffer.from('email,token\n'))).rejects.toThrow('The file is not a backup of this gateway.');
    await expect(open(Buffer.from('atlassian-proxy backup 2\n{}\n'))).rejects.toThrow(/newer version/);
  });

  it('use limited memory and CPU', async () => {
    const sealed = await seal(Buffer.from('x'));
    const greedy = sealed.toString('latin1').replace('"memory":8', '"memory":9999999');
    await expect(open(Buffer.from(greedy, 'latin1'))).rejects.toThrow(/damaged/);
  });

  it('are different every time', async () => {
    const [one, other] = [await seal(Buffer.from('x')), await seal(Buffer.from('x'))];
    expect(one.equals(other)).toBe(false);
  });
});
