import type { Key } from '../../../../contract/keys.ts';

export const noLimits: Key['limits'] = {
  requestsPerMinute: null,
  tokensPerMinute: null,
  concurrentRequests: null,
  tokensPerDay: null,
  tokensPerMonth: null,
  dollarsPerDay: null,
  dollarsPerMonth: null,
  models: null,
  addresses: null,
};
