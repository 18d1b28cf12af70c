import { describe, expect, it } from 'vitest';
import { CoreHarness, slotSettings, tried } from '../testing/core-harness.ts';
import type { Grant } from './grant.ts';
import { makeReady } from './outcome.ts';

const grantMany = (harness: CoreHarness, count: number, request = {}): Grant[] =>
  Array.from({ length: count }, () => harness.grant(request));
const ids = (grants: readonly Grant[]) => grants.map((grant) => grant.slot.settings.id).join('');

describe('round robin', () => {
  it('takes turns, also when one comes back or is new', () => {
    const harness = new CoreHarness([slotSettings('a'), slotSettings('b'), slotSettings('c')]);
    expect(ids(grantMany(harness, 4))).toBe('abca');
    harness.core.configure([slotSettings('a'), slotSettings('b', { enabled: false }), slotSettings('c')], harness.now);
    expect(ids(grantMany(harness, 3))).toBe('cac');
    const all = ['a', 'b', 'c', 'd'].map((id) => slotSettings(id));
    harness.core.configure(all, harness.now);
    expect(ids(grantMany(harness, 5))).toBe('dbacd');
  });

  it('skips credentials with far more than their share in flight', () => {
    const harness = new CoreHarness([slotSettings('stuck'), slotSettings('b'), slotSettings('c')]);
    for (let request = 0; request < 300; request++) {
      const grant = harness.grant();
      if (grant.slot.settings.id !== 'stuck') harness.succeed(grant);
    }
    expect(harness.slot('stuck').inFlight).toBeLessThan(10);
  });
});

describe('least busy', () => {
  it('takes the one with the fewest in flight, in turn among equals', () => {
    const harness = new CoreHarness([slotSettings('a'), slotSettings('b')], { strategy: 'least-busy' });
    const [first] = grantMany(harness, 4);
    if (first !== undefined) harness.succeed(first);
    expect(ids(grantMany(harness, 3))).toBe('aba');
  });
});

describe('weighted', () => {
  it('takes weight 0 only while nothing else can', () => {
    const harness = new CoreHarness(
      [slotSettings('a', { weight: 0 }), slotSettings('b', { weight: 3, maxConcurrency: 2 })],
      { strategy: 'weighted' },
    );
    expect(ids(grantMany(harness, 3))).toBe('bba');
  });

  it('interleaves', () => {
    const harness = new CoreHarness([slotSettings('a', { weight: 2 }), slotSettings('b')], { strategy: 'weighted' });
    expect(ids(grantMany(harness, 6))).toBe('abaaba');
  });
});

describe('credits guidance', () => {
  function withCredits(credits: 'spread' | 'drain-first'): CoreHarness {
    const harness = new CoreHarness(
      ['a', 'b', 'c', 'd'].map((id) => slotSettings(id)),
      { credits },
    );
    harness.slot('a').creditsLeft = 0.9;
    harness.slot('b').creditsLeft = 0.2;
    harness.slot('c').creditsLeft = 0.89;
    harness.slot('d').creditsLeft = 0;
    return harness;
  }

  it('spreads: those with the most credits take turns', () => {
    expect(ids(grantMany(withCredits('spread'), 4))).toBe('acac');
  });

  it('drains first: the one with the fewest, but some', () => {
    expect(ids(grantMany(withCredits('drain-first'), 3))).toBe('bbb');
  });

  it('keeps those of which nothing is known', () => {
    const harness = withCredits('spread');
    harness.slot('b').creditsLeft = undefined;
    expect(ids(grantMany(harness, 3))).toBe('abc');
  });
});

describe('affinity', () => {
  const three = [slotSettings('a'), slotSettings('b'), slotSettings('c')];

  it('keeps a conversation on its credential, whatever else goes on', () => {
    const harness = new CoreHarness(three);
    const first = harness.grant({ affinityKey: 'k', opening: true });
    for (let turn = 0; turn < 5; turn++) {
      harness.succeed(harness.grant());
      const next = harness.grant({ affinityKey: 'k' });
      expect(next.slot).toBe(first.slot);
      expect(next.reason).toBe('affinity');
      harness.succeed(next);
    }
  });

  it('lets openings of equal conversations take turns', () => {
    const harness = new CoreHarness(three);
    expect(ids(grantMany(harness, 3, { affinityKey: 'k', opening: true }))).toBe('abc');
  });

  it('never blocks failover, and stays where it went', () => {
    const harness = new CoreHarness(three);
    harness.fail(harness.grant({ affinityKey: 'k' }), 'rate', { retryAfterSeconds: 5 });
    const other = harness.grant({ affinityKey: 'k' });
    expect(other.slot.settings.id).toBe('b');
    expect(other.reason).toBe('round-robin');
    harness.advance(5000);
    expect(harness.grant({ affinityKey: 'k' }).slot.settings.id).toBe('b');
  });

  it('goes elsewhere when its credential is at its limit', () => {
    const harness = new CoreHarness([slotSettings('a', { maxConcurrency: 1 }), slotSettings('b')]);
    expect(ids(grantMany(harness, 2, { affinityKey: 'k' }))).toBe('ab');
  });

  it('does not pile everything of one key onto one credential', () => {
    const harness = new CoreHarness(three);
    const grants = grantMany(harness, 60, { affinityKey: 'k' });
    expect(new Set(grants.map(({ slot }) => slot)).size).toBe(3);
  });

  it('can be turned off', () => {
    const harness = new CoreHarness(three, { affinity: false });
    expect(ids(grantMany(harness, 3, { affinityKey: 'k' }))).toBe('abc');
  });

  it('forgets when the cache has gone cold', () => {
    const harness = new CoreHarness(three);
    harness.succeed(harness.grant({ affinityKey: 'k' }));
    harness.advance(299_999);
    harness.succeed(harness.grant({ affinityKey: 'k' }));
    harness.advance(300_000);
    expect(harness.grant({ affinityKey: 'k' }).slot.settings.id).toBe('b');
  });

  it('waits behind more requests for a longer prefix, but not behind any number', () => {
    /** The requests in flight on the conversation's credential when it moves to another one. */
    const leavesAt = (cachedTokens: number): number => {
      const harness = new CoreHarness(three);
      const first = harness.grant({ affinityKey: 'k' });
      harness.core.release(first, { type: 'success', cached: { read: 0, written: cachedTokens } }, harness.now);
      const grants = grantMany(harness, 40, { affinityKey: 'k' });
      return grants.findIndex(({ slot }) => slot !== first.slot);
    };
    const usual = leavesAt(0);
    expect(leavesAt(3999)).toBe(usual);
    expect(leavesAt(12_000)).toBeGreaterThan(usual);
    expect(leavesAt(1_000_000)).toBeGreaterThan(leavesAt(12_000));
    expect(leavesAt(1_000_000)).toBeLessThan(40);
  });
});

describe('a retry', () => {
  it('prefers credentials that have recently succeeded', () => {
    const harness = new CoreHarness(['a', 'b', 'c', 'd'].map((id) => slotSettings(id)));
    const [, , , d] = grantMany(harness, 4);
    if (d !== undefined) harness.succeed(d);
    expect(ids(grantMany(harness, 2, { exclude: tried('a') }))).toBe('dd');
    expect(harness.grant({ exclude: tried('a', 'd') }).slot.settings.id).toBe('b');
  });

  it('is refused when every credential was tried', () => {
    const harness = new CoreHarness([slotSettings('a')]);
    expect(harness.request({ exclude: tried('a') })).toMatchObject({ availableAt: Number.POSITIVE_INFINITY });
  });
});

describe('probation', () => {
  it('lets one trial through at a time, until one succeeds', () => {
    const harness = new CoreHarness([slotSettings('a')]);
    harness.fail(harness.grant(), 'timeout');
    harness.advance(2000);
    const trial = harness.grant();
    const waiter = harness.request();
    expect(harness.core.waiting).toBe(1);
    harness.succeed(trial);
    expect(harness.settled).toMatchObject([{ waiter, result: { grant: { waited: 0 } } }]);
    grantMany(harness, 1);
  });

  it('ends when the trial’s answer has begun', () => {
    const harness = new CoreHarness([slotSettings('a')]);
    harness.fail(harness.grant(), 'transient');
    harness.advance(500);
    const trial = harness.grant();
    harness.request();
    harness.core.answered(trial, harness.now);
    expect(harness.settled).toHaveLength(1);
    grantMany(harness, 1);
  });

  it('is not ended by an answer to a request from before', () => {
    const harness = new CoreHarness([slotSettings('a')]);
    const [early, failing] = [harness.grant(), harness.grant()];
    harness.fail(failing, 'transient');
    harness.core.answered(early, harness.now);
    harness.advance(500);
    harness.grant();
    harness.request();
    expect(harness.core.waiting).toBe(1);
  });

  it('allows another trial when the client of the first has gone', () => {
    const harness = new CoreHarness([slotSettings('a')]);
    harness.fail(harness.grant(), 'transient');
    harness.advance(500);
    harness.core.release(harness.grant(), { type: 'aborted' }, harness.now);
    harness.grant();
  });
});

describe('the end of a cool-down', () => {
  it.each([
    ['of a credential', { scope: 'account' }],
    ['of a route', { scope: 'route' }],
    ['of a model', { scope: 'model' }],
  ] as const)('%s: those who waited go in growing numbers', (_name, changes) => {
    const harness = new CoreHarness([slotSettings('a')]);
    const [failing, late] = [harness.grant(), harness.grant()];
    harness.fail(failing, 'rate', { ...changes, retryAfterSeconds: 5 });
    for (let waiting = 0; waiting < 100; waiting += 1) harness.request();
    harness.advance(5000);
    const running = () => harness.settled.splice(0).flatMap(({ result }) => ('grant' in result ? [result.grant] : []));
    let round = running();
    const sizes = [round.length];
    // A request from before the cool-down does not count.
    harness.succeed(late);
    expect(running()).toEqual([]);
    while (round.length > 0) {
      for (const grant of round) harness.core.answered(grant, harness.now);
      round = running();
      sizes.push(round.length);
    }
    expect(sizes).toEqual([1, 2, 4, 8, 16, 32, 37, 0]);
  });

  it('a request whose client left makes room for another', () => {
    const harness = new CoreHarness([slotSettings('a')]);
    harness.fail(harness.grant(), 'rate', { scope: 'account', retryAfterSeconds: 5 });
    harness.advance(5000);
    for (let left = 0; left < 3; left += 1) harness.core.release(harness.grant(), { type: 'aborted' }, harness.now);
    harness.grant();
    harness.request();
    expect(harness.core.waiting).toBe(1);
  });

  it('is not ended by a request that started before another failure', () => {
    const harness = new CoreHarness([slotSettings('a')]);
    const [failing, late] = [harness.grant(), harness.grant()];
    harness.fail(failing, 'rate', { scope: 'account', retryAfterSeconds: 5 });
    harness.advance(5000);
    const first = harness.grant();
    harness.fail(late, 'token');
    for (const slot of harness.core.slots) makeReady(slot, harness.now);
    harness.core.release(first, { type: 'aborted' }, harness.now);
    harness.grant();
  });
});

describe('the queue', () => {
  it('serves in order of arrival, past waiters for other models', () => {
    const harness = new CoreHarness([
      slotSettings('a', { maxConcurrency: 1 }),
      slotSettings('b', { maxConcurrency: 1 }),
    ]);
    const [a] = grantMany(harness, 2);
    const needsB = harness.request({ exclude: tried('a') });
    const first = harness.request();
    const second = harness.request();
    harness.advance(70);
    if (a !== undefined) harness.succeed(a);
    expect(harness.settled).toMatchObject([{ waiter: first, result: { grant: { waited: 70 } } }]);
    expect(needsB).not.toBe(second);
    expect(harness.core.waiting).toBe(2);
  });

  it('refuses requests beyond its size, after their deadline, and without prospect', () => {
    const harness = new CoreHarness([slotSettings('a', { maxConcurrency: 1 })], { queueSize: 2, queueTimeout: 1000 });
    const only = harness.grant();
    const patient = harness.request();
    const hurried = harness.request({ deadline: harness.now + 400 });
    expect(harness.request()).toMatchObject({ availableAt: harness.now });
    harness.advance(400);
    expect(harness.settled.splice(0)).toMatchObject([{ waiter: hurried, result: { refusal: {} } }]);
    harness.fail(only, 'token');
    expect(harness.settled).toMatchObject([
      { waiter: patient, result: { refusal: { availableAt: Number.POSITIVE_INFINITY } } },
    ]);
  });

  it('is not entered when a credential would be available too late', () => {
    const harness = new CoreHarness([slotSettings('a')], { queueTimeout: 1000 });
    harness.fail(harness.grant(), 'rate', { retryAfterSeconds: 60 });
    expect(harness.request()).toMatchObject({ availableAt: harness.now + 60_000 });
    expect(harness.core.waiting).toBe(0);
  });

  it('waits for the first available credential', () => {
    const harness = new CoreHarness([slotSettings('a'), slotSettings('b')]);
    harness.fail(harness.grant(), 'rate', { retryAfterSeconds: 9 });
    harness.fail(harness.grant(), 'rate', { retryAfterSeconds: 4 });
    const start = harness.now;
    harness.request();
    expect(harness.core.wakeAt).toBe(start + 4000);
    harness.advance(4000);
    expect(harness.settled).toMatchObject([{ result: { grant: { waited: 4000, slot: { settings: { id: 'b' } } } } }]);
  });

  it('loses an abandoned waiter at once', () => {
    const harness = new CoreHarness([slotSettings('a', { maxConcurrency: 1 })]);
    const only = harness.grant();
    const waiter = harness.request();
    if ('deadline' in waiter) harness.core.abandon(waiter);
    expect(harness.core.waiting).toBe(0);
    expect(harness.core.wakeAt).toBe(Number.POSITIVE_INFINITY);
    harness.succeed(only);
    expect(harness.settled).toEqual([]);
  });

  it('is served by what the owner adds, enables or resets', () => {
    const harness = new CoreHarness([slotSettings('a', { maxConcurrency: 1 })]);
    harness.grant();
    harness.request();
    harness.core.configure([slotSettings('a', { maxConcurrency: 1 }), slotSettings('b')], harness.now);
    expect(harness.settled).toMatchObject([{ result: { grant: { slot: { settings: { id: 'b' } } } } }]);
  });
});

describe('with nothing better free', () => {
  it('retries a transient problem after two seconds at most', () => {
    const harness = new CoreHarness([slotSettings('a')]);
    for (let strike = 0; strike < 8; strike++) {
      harness.fail(harness.grant(), 'transient');
      harness.now = harness.slot('a').health.until;
    }
    harness.fail(harness.grant(), 'transient');
    expect(harness.slot('a').health.until - harness.now).toBeGreaterThan(40_000);
    harness.request();
    harness.advance(2000);
    expect(harness.settled).toMatchObject([{ result: { grant: { waited: 2000 } } }]);
  });

  it('does not retry it while another credential is available', () => {
    const harness = new CoreHarness([slotSettings('a'), slotSettings('b')], {}, () => 1);
    harness.fail(harness.grant(), 'timeout');
    harness.advance(1999);
    expect(ids(grantMany(harness, 3))).toBe('bbb');
  });
});

describe('a credential that is removed', () => {
  it('gets no more requests, and those in flight finish normally', () => {
    const harness = new CoreHarness([slotSettings('a'), slotSettings('b')]);
    const [a] = grantMany(harness, 1);
    harness.core.configure([slotSettings('b')], harness.now);
    expect(ids(grantMany(harness, 2))).toBe('bb');
    if (a !== undefined) harness.fail(a, 'token');
    expect(harness.core.slots).toHaveLength(1);
  });
});

describe('what was skipped', () => {
  it('is reported with its reason', () => {
    const harness = new CoreHarness([
      slotSettings('off', { enabled: false }),
      slotSettings('draining', { draining: true }),
      slotSettings('full', { maxConcurrency: 1 }),
      slotSettings('tried'),
      slotSettings('cooling'),
      slotSettings('free'),
    ]);
    const [, , cooling] = grantMany(harness, 3);
    if (cooling !== undefined) harness.fail(cooling, 'rate');
    const grant = harness.grant({ exclude: tried('tried') });
    expect(grant.skipped.map(({ slot, obstacle, cause }) => [slot.settings.id, obstacle, cause])).toEqual([
      ['off', 'disabled', undefined],
      ['draining', 'draining', undefined],
      ['full', 'at its limit', undefined],
      ['tried', 'already tried', undefined],
      ['cooling', 'cooling', 'rate'],
    ]);
  });
});
