import { type ApiKey, type KeyLimits, noLimits } from '../../keys/key.ts';
import type { CredentialView } from '../../pool/credential-view.ts';
import type { Facts } from '../find-conditions.ts';

export const start = Date.UTC(2026, 5, 1, 12);

export function facts(changes: Partial<Facts> = {}): Facts {
  return {
    now: start,
    credentials: [],
    keys: [],
    traffic: { requests: 0, failures: 0 },
    backup: undefined,
    storageTrouble: undefined,
    isComplete: true,
    ...changes,
  };
}

export function credential(
  id: string,
  {
    state,
    credits,
    ...changes
  }: Partial<CredentialView['credential']> & {
    readonly state?: Partial<CredentialView['state']>;
    readonly credits?: CredentialView['credits'];
  } = {},
): CredentialView {
  return {
    credential: {
      id,
      label: '',
      email: `${id}@example.com`,
      token: 'ATATT-secret-token',
      tokenExpiresAt: null,
      cloudId: null,
      enabled: true,
      draining: false,
      weight: 1,
      maxConcurrency: null,
      createdAt: 0,
      lastUsedAt: 1,
      ...changes,
    },
    lastUsedAt: 1,
    state: { name: 'ready', routes: [], inFlight: 0, ...state },
    credits: credits ?? null,
  };
}

export function apiKey(
  name: string,
  changes: Partial<Omit<ApiKey, 'limits'>> = {},
  limits: Partial<KeyLimits> = {},
): ApiKey {
  return {
    id: name,
    name,
    hash: '',
    masked: 'sk-…',
    enabled: true,
    createdAt: 0,
    expiresAt: null,
    lastUsedAt: null,
    contentLoggingUntil: null,
    promptCaching: null,
    ...changes,
    limits: { ...noLimits, ...limits },
  };
}
