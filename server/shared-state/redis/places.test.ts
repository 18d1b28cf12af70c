import { expect, it, vi } from 'vitest';
import type { RedisLink } from './link.ts';
import { createRedisPlaces } from './places.ts';

/** @param reservations the server's answers to reservations */
function setUp(reservations: readonly Promise<number>[]) {
  const renewed: string[] = [];
  const client = {
    evalsha: (_hash: string, _keys: number, _key: string, _lease: number, ...members: string[]) => {
      renewed.push(...members);
      return Promise.resolve(1);
    },
    zrem: vi.fn(async () => 1),
  };
  const left = [...reservations];
  let joined = () => {};
  const link: Pick<RedisLink, 'ask' | 'send' | 'onJoin'> = {
    ask: () => (left.shift() as Promise<never> | undefined) ?? expect.unreachable(),
    send: (command) => void command(client as never),
    onJoin(listener) {
      joined = listener;
    },
  };
  let count = 0;
  const newMember = () => {
    count += 1;
    return `member ${count}`;
  };
  const places = createRedisPlaces({ link: link as RedisLink, prefix: '', newMember, lease: 1000 });
  return { places, renewed, client, join: () => joined() };
}

it.each(['renew', 'join'] as const)('does not take a place that is about to be refused: %s', async (how) => {
  const refusal = Promise.withResolvers<number>();
  const bench = setUp([Promise.resolve(1), refusal.promise]);
  const held = await bench.places.reserve('c', 1, 2);
  const refused = bench.places.reserve('c', 1, 2);
  if (how === 'renew') bench.places.renew();
  else bench.join();
  expect(bench.renewed).toEqual(['member 1']);
  refusal.resolve(0);
  expect(await refused).toBeUndefined();
  held?.release();
  held?.release();
  bench.places.renew();
  expect(bench.renewed).toEqual(['member 1']);
  expect(bench.client.zrem).toHaveBeenCalledExactlyOnceWith('places:{c}', 'member 1');
});
