import { describe, expect, it } from 'vitest';
import { CoreHarness, endpointsOf, slotSettings } from '../testing/core-harness.ts';
import type { AccountCause } from './cool-down.ts';
import type { Grant } from './grant.ts';

const minute = 60_000;

/** One credential, with randomness that leaves all times at their maximum. */
function single(): CoreHarness {
  return new CoreHarness([slotSettings('a')], {}, () => 1);
}

/** Milliseconds for which the credential is out of use. */
function timeOut(harness: CoreHarness): number {
  return harness.slot('a').health.until - harness.now;
}

/** Fails a request whenever the credential is back. @returns the cool-downs */
function failures(harness: CoreHarness, fault: AccountCause, count: number): number[] {
  return Array.from({ length: count }, () => {
    harness.fail(harness.grant(), fault);
    const time = timeOut(harness);
    harness.now = harness.slot('a').health.until;
    return time;
  });
}

describe('faults that are not the credential’s', () => {
  it.each(['request', 'client', 'gateway'] as const)('%s leaves the credential as it was', (fault) => {
    const harness = single();
    harness.fail(harness.grant(), fault, { retryAfterSeconds: 60, scope: 'model' });
    expect(harness.slot('a').health).toMatchObject({ condition: 'ready', strikes: 0 });
    expect(harness.route('a').models.size).toBe(0);
    expect(harness.changed).toEqual([]);
    harness.grant();
  });
});

describe('token', () => {
  it('makes the credential invalid, with evidence, until it is forgotten', () => {
    const harness = single();
    harness.fail(harness.grant(), 'token', { upstreamStatus: 401, evidence: 'no such token' });
    const { health } = harness.slot('a');
    expect(health).toMatchObject({
      condition: 'invalid',
      cause: 'token',
      since: harness.now,
      evidence: { status: 401, message: 'no such token' },
      recheckAt: harness.now + 10_000,
    });
    harness.advance(365 * 24 * 60 * minute);
    expect(harness.request()).toMatchObject({ availableAt: Number.POSITIVE_INFINITY });
    harness.core.forget(harness.slot('a'), harness.now);
    harness.grant();
  });

  it('is not undone by a request that began before', () => {
    const harness = single();
    const [early, late] = [harness.grant(), harness.grant()];
    harness.fail(late, 'token');
    harness.succeed(early);
    expect(harness.slot('a').health.condition).toBe('invalid');
  });

  it('is not set by a request that began before the credential was edited', () => {
    const harness = single();
    const early = harness.grant();
    harness.core.forget(harness.slot('a'), harness.now);
    harness.fail(early, 'token');
    expect(harness.slot('a').health.condition).toBe('ready');
    expect(harness.slot('a').inFlight).toBe(0);
  });
});

describe('entitlement', () => {
  it('blocks the credential, and has the endpoint asked at once', () => {
    const harness = single();
    harness.fail(harness.grant(), 'entitlement', { upstreamStatus: 403 });
    expect(harness.slot('a').health).toMatchObject({ condition: 'blocked', recheckAt: harness.now });
  });

  it('about one model leaves the others alone, grows, and ends by itself', () => {
    const harness = single();
    harness.fail(harness.grant({ endpoints: endpointsOf('x') }), 'entitlement', { scope: 'model' });
    expect(harness.slot('a').health.condition).toBe('ready');
    harness.succeed(harness.grant({ endpoints: endpointsOf('y') }));
    expect(harness.request({ endpoints: endpointsOf('x'), deadline: harness.now + minute })).toMatchObject({
      availableAt: harness.now + 5 * minute,
    });
    harness.advance(5 * minute);
    harness.fail(harness.grant({ endpoints: endpointsOf('x') }), 'entitlement', { scope: 'model' });
    expect(harness.route('a').models.get('x')?.until).toBe(harness.now + 10 * minute);
    harness.advance(10 * minute);
    harness.succeed(harness.grant({ endpoints: endpointsOf('x') }));
    expect(harness.route('a').models.get('x')).toMatchObject({ probation: false, until: 0 });
  });

  it('keeps a bounded number of models', () => {
    const harness = single();
    for (let model = 0; model < 200; model++) {
      harness.fail(harness.grant({ endpoints: endpointsOf(`m${model}`) }), 'entitlement', { scope: 'model' });
    }
    expect(harness.route('a').models.size).toBe(64);
    expect(harness.route('a').models.has('m199')).toBe(true);
  });
});

describe('rate', () => {
  it('cools down for exactly as long as the upstream named', () => {
    const harness = single();
    harness.fail(harness.grant(), 'rate', { retryAfterSeconds: 7.5 });
    expect(timeOut(harness)).toBe(7500);
    harness.advance(7499);
    expect(harness.slot('a').health.until).toBeGreaterThan(harness.now);
    harness.advance(1);
    harness.grant();
  });

  it('grows from a second to two minutes when nothing was named', () => {
    expect(failures(single(), 'rate', 9)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 120_000, 120_000]);
  });

  it('starts anew after a success', () => {
    const harness = single();
    failures(harness, 'rate', 5);
    harness.succeed(harness.grant());
    expect(failures(harness, 'rate', 1)).toEqual([1000]);
  });

  it('varies by chance, downwards only', () => {
    const times = [0, 0.5, 1].map((random) => {
      const harness = new CoreHarness([slotSettings('a')], {}, () => random);
      harness.fail(harness.grant(), 'rate');
      return timeOut(harness);
    });
    expect(times).toEqual([500, 750, 1000]);
  });
});

describe('quota', () => {
  it('cools down until the named time, without a credits check if that is short', () => {
    const harness = single();
    harness.fail(harness.grant(), 'quota', { retryAfterSeconds: 600 });
    expect(timeOut(harness)).toBe(600_000);
    expect(harness.slot('a').health.recheckAt).toBeUndefined();
  });

  it.each([{ retryAfterSeconds: 29 * 86_400 }, {}])(
    'asks the credits endpoint at once when long or a guess',
    (named) => {
      const harness = single();
      harness.fail(harness.grant(), 'quota', named);
      expect(harness.slot('a').health.recheckAt).toBe(harness.now);
    },
  );

  it('grows from a minute to a quarter of an hour when nothing was named', () => {
    const minutes = failures(single(), 'quota', 6).map((time) => time / minute);
    expect(minutes).toEqual([1, 2, 4, 8, 15, 15]);
  });
});

describe('concurrency', () => {
  it('lowers the limit at once, once per incident, and takes nothing out', () => {
    const harness = single();
    const grants = Array.from({ length: 10 }, () => harness.grant());
    for (const grant of grants.slice(0, 4)) harness.fail(grant, 'concurrency');
    expect(harness.slot('a').learned).toMatchObject({ limit: 7, refusedAt: 10 });
    expect(harness.slot('a').health.condition).toBe('ready');
    harness.grant();
    expect(harness.request()).not.toHaveProperty('sequence');
  });

  it('finds the upstream’s limit and then loses few requests', () => {
    const harness = single();
    const inFlight: Grant[] = [];
    let refused = 0;
    for (let answered = 0; answered < 2000; answered++) {
      for (let demand = 0; demand < 6; demand++) {
        const result = harness.request({ deadline: harness.now });
        if (!('sequence' in result)) break;
        if (inFlight.length < 3) inFlight.push(result);
        else {
          harness.fail(result, 'concurrency');
          refused += 1;
        }
      }
      const oldest = inFlight.shift();
      if (oldest !== undefined) harness.succeed(oldest);
      harness.advance(10);
    }
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(60);
  });

  it('pauses briefly when even one was too many', () => {
    expect(failures(single(), 'concurrency', 4)).toEqual([250, 500, 1000, 1000]);
  });
});

describe('transient', () => {
  it('grows from half a second to a minute', () => {
    expect(failures(single(), 'transient', 9)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('counts an incident once, however many requests it hit', () => {
    const harness = single();
    const grants = Array.from({ length: 20 }, () => harness.grant());
    for (const grant of grants) {
      harness.fail(grant, 'transient');
      harness.advance(10);
    }
    expect(harness.slot('a').health).toMatchObject({ strikes: 1, until: harness.now - 200 + 500 });
  });

  it('ends when a later request succeeds, even if earlier ones still fail', () => {
    const harness = single();
    const [first, slow] = [harness.grant(), harness.grant()];
    harness.fail(first, 'transient');
    harness.advance(500);
    harness.succeed(harness.grant());
    harness.fail(slow, 'transient');
    expect(harness.slot('a').health.condition).toBe('ready');
  });

  it('is never longer than the upstream named', () => {
    const harness = single();
    harness.fail(harness.grant(), 'transient', { retryAfterSeconds: 0.2 });
    expect(timeOut(harness)).toBe(200);
    harness.advance(200);
    harness.fail(harness.grant(), 'transient', { retryAfterSeconds: 3600 });
    expect(timeOut(harness)).toBe(1000);
  });
});

describe('timeout', () => {
  it('grows faster, to a minute', () => {
    expect(failures(single(), 'timeout', 5)).toEqual([2000, 6000, 18_000, 54_000, 60_000]);
  });
});

describe('evidence', () => {
  it('is bounded', () => {
    const harness = single();
    harness.fail(harness.grant(), 'transient', { evidence: 'x'.repeat(10_000) });
    expect(harness.slot('a').health.evidence?.message).toHaveLength(500);
  });
});
