import { afterEach, describe, expect, it, vi } from 'vitest';
import { credentialRoutes } from '../contract/credentials.ts';
import { modelRoutes } from '../contract/models.ts';
import { requestRoutes } from '../contract/requests.ts';
import { AdminApiError, buildPath, call } from './api.ts';

function answer(body: unknown, status = 200) {
  const fake = vi.fn((_path: string, _init: RequestInit) =>
    Promise.resolve(new Response(body === undefined ? null : JSON.stringify(body), { status })),
  );
  vi.stubGlobal('fetch', fake);
  return fake;
}

afterEach(() => vi.unstubAllGlobals());

describe('paths', () => {
  it('encode what stands in them', () => {
    expect(buildPath('/models/:id/probe', { id: 'a:b@c/d' }, undefined)).toBe('/admin/api/models/a%3Ab%40c%2Fd/probe');
  });

  it('leave out what is not asked for', () => {
    const query = { from: 5, models: 'a,b', search: '', cursor: undefined };
    expect(buildPath('/requests', undefined, query)).toBe('/admin/api/requests?from=5&models=a%2Cb');
  });
});

describe('a call', () => {
  it('sends the body as JSON, and none where there is none', async () => {
    const fake = answer({ changed: 1 });
    await call(credentialRoutes.bulk, { body: { ids: ['a'], action: 'reset' } });
    expect(fake.mock.calls[0]?.[1]).toMatchObject({ method: 'POST', body: '{"ids":["a"],"action":"reset"}' });
    const empty = answer(undefined, 204);
    await call(credentialRoutes.delete, { params: { id: 'a' } });
    expect(empty.mock.calls[0]?.[0]).toBe('/admin/api/credentials/a');
    expect(empty.mock.calls[0]?.[1]).not.toHaveProperty('headers');
  });

  it('answers what the contract promises', async () => {
    answer({ requests: [], nextCursor: null, scannedSince: null });
    await expect(call(requestRoutes.list, { query: { limit: 10 } })).resolves.toEqual({
      requests: [],
      nextCursor: null,
      scannedSince: null,
    });
  });

  it('refuses an answer that breaks the contract', async () => {
    answer({ models: [{ id: 1 }] });
    await expect(call(modelRoutes.list, {})).rejects.toMatchObject({ code: 'unexpected' });
  });

  it('carries a refusal’s code, field and wait', async () => {
    answer({ error: { code: 'too_many_attempts', message: 'Wait.', retryAfterSeconds: 7 } }, 429);
    await expect(call(modelRoutes.list, {})).rejects.toMatchObject({
      code: 'too_many_attempts',
      status: 429,
      retryAfterSeconds: 7,
    });
  });

  it.each([
    [401, 'unauthenticated'],
    [418, 'unexpected'],
    [502, 'unavailable'],
  ])('words a status %i without a known body', async (status, code) => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>', { status })));
    await expect(call(modelRoutes.list, {})).rejects.toMatchObject({ code, status });
  });

  it('tells no answer from a refusal', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')));
    await expect(call(modelRoutes.list, {})).rejects.toBeInstanceOf(AdminApiError);
    await expect(call(modelRoutes.list, {})).rejects.toMatchObject({ code: 'network', status: 0 });
  });
});
