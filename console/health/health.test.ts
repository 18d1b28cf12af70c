import { describe, expect, it } from 'vitest';
import { AdminApiError } from '../api.ts';
import { isUnreachable, readHealth } from './health.ts';

describe('the pool’s health', () => {
  it('is good while more than a fifth can answer', () => {
    expect(readHealth({ standings: { ready: 1 }, storageTrouble: null, sharingTrouble: null })).toEqual({
      level: 'good',
    });
    expect(readHealth({ standings: { untested: 2, rate: 7 }, storageTrouble: null, sharingTrouble: null })).toEqual({
      level: 'good',
    });
    expect(
      readHealth({ standings: { ready: 1, disabled: 50, draining: 3 }, storageTrouble: null, sharingTrouble: null }),
    ).toEqual({
      level: 'good',
    });
  });

  it('is scarce when a fifth or less can, and says why', () => {
    expect(
      readHealth({
        standings: { ready: 1, rate: 1, quota: 3, disabled: 4 },
        storageTrouble: null,
        sharingTrouble: null,
      }),
    ).toEqual({
      level: 'scarce',
      able: 1,
      total: 5,
      troubles: [
        { standing: 'quota', count: 3 },
        { standing: 'rate', count: 1 },
      ],
    });
  });

  it('is dry when none can, also for want of credits', () => {
    expect(
      readHealth({ standings: { 'no-credits': 2, invalid: 1 }, storageTrouble: null, sharingTrouble: null }),
    ).toMatchObject({
      level: 'dry',
      able: 0,
      total: 3,
    });
    expect(readHealth({ standings: { disabled: 2 }, storageTrouble: null, sharingTrouble: null })).toMatchObject({
      level: 'dry',
      troubles: [{ standing: 'disabled', count: 2 }],
    });
  });

  it('is what the database says when it keeps nothing, whatever the credentials', () => {
    expect(readHealth({ standings: { ready: 1 }, storageTrouble: 'The disk is full.', sharingTrouble: null })).toEqual({
      level: 'not-stored',
      reason: 'The disk is full.',
    });
  });

  it('tells that limits are not counted together, where nothing is worse', () => {
    const sharingTrouble = 'Redis does not answer.';
    expect(readHealth({ standings: { ready: 1 }, storageTrouble: null, sharingTrouble })).toEqual({
      level: 'not-shared',
    });
    expect(readHealth({ standings: { invalid: 1 }, storageTrouble: null, sharingTrouble })).toMatchObject({
      level: 'dry',
    });
  });

  it('is empty before the first credential', () => {
    expect(readHealth({ standings: {}, storageTrouble: null, sharingTrouble: null })).toEqual({ level: 'empty' });
  });
});

describe('an unreachable gateway', () => {
  it('is one that does not answer, or for which a proxy does', () => {
    expect(isUnreachable(new AdminApiError('network', 0, 'refused'))).toBe(true);
    expect(isUnreachable(new AdminApiError('unavailable', 502, 'HTTP 502'))).toBe(true);
    expect(isUnreachable(new AdminApiError('internal', 500, 'x'))).toBe(false);
    expect(isUnreachable(new AdminApiError('unauthenticated', 401, 'x'))).toBe(false);
  });
});
