import { Buffer } from 'node:buffer';
import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { createVault } from '../lib/secrets.ts';
import type { Shelf, ShelvedText } from '../shared-state/shared-state.ts';
import { shareProofs } from './share-proofs.ts';

const vaultOf = (fill: number) => createVault(createSecretKey(Buffer.alloc(32, fill)));

function createShelf() {
  const texts = new Map<string, ShelvedText>();
  const shelf: Shelf & { isOpen: boolean } = {
    isOpen: true,
    async put([name = ''], text) {
      texts.set(name, { name, text });
    },
    get: async (name) => texts.get(name),
    async remove(name) {
      texts.delete(name);
    },
  };
  return { shelf, texts };
}

const settings = { enabled: true, megabytes: 1, hours: 1 };
const open = (shelf: Shelf, fill = 1, changes = {}) =>
  shareProofs({ shelf, vault: vaultOf(fill), settings: () => ({ ...settings, ...changes }) });

test('another replica finds a proof, which is stored encrypted, only for its own key', async () => {
  const { shelf, texts } = createShelf();
  open(shelf).write('key', 'call 1', 'a secret thought', 1000);
  expect(JSON.stringify([...texts])).not.toMatch(/secret|call 1/);
  expect(await open(shelf).read('key', ['none', 'call 1'])).toEqual([undefined, 'a secret thought']);
  expect(await open(shelf).read('another key', ['call 1'])).toEqual([undefined]);
  expect(await open(shelf, 2).read('key', ['call 1'])).toEqual([undefined]);
});

test('only the latest of very many calls are looked up', async () => {
  const { shelf } = createShelf();
  for (const id of ['first', 'last']) open(shelf).write('key', id, id, 1000);
  const found = await open(shelf).read('key', [
    'first',
    ...Array.from({ length: 250 }, (_, index) => `${index}`),
    'last',
  ]);
  expect(found).toHaveLength(252);
  expect([found[0], found[251]]).toEqual([undefined, 'last']);
});

test('nothing is stored or looked up if memory is disabled or the store is unavailable', async () => {
  const { shelf, texts } = createShelf();
  open(shelf, 1, { enabled: false }).write('key', 'call', 'thought', 1000);
  expect(texts.size).toBe(0);
  open(shelf).write('key', 'call', 'thought', 1000);
  expect(await open(shelf, 1, { enabled: false }).read('key', ['call'])).toEqual([]);
  shelf.isOpen = false;
  expect(await open(shelf).read('key', ['call'])).toEqual([]);
});
