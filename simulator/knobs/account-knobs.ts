import { choice, decimal, type Knob, whole } from './kinds.ts';

/** The upstream's status words for an account without access (some also in a 200 of the credits endpoint). */
export const entitlementStatuses = [
  'USER_BLOCKED',
  'USER_NOT_AUTHORIZED',
  'USER_NOT_AUTHORIZED_FOR_AI',
  'PRODUCT_NOT_INSTALLED',
  'CLI_DISABLED',
  'BETA_AI_FEATURES_DISABLED',
  'FEATURE_DISABLED_ORG_LEVEL',
  'FEATURE_DISABLED_SITE_LEVEL',
  'FEATURE_DISABLED_WORKSPACE_LEVEL',
  'FEATURE_DISABLED_REPOSITORY_LEVEL',
  'FEATURE_DISABLED_PAID_ONLY',
] as const;

/** Account: limits, credits, sites. */
export const accountKnobs = {
  concurrency: whole(0),
  quota: whole(0),
  'quota-window': decimal(86_400),
  'credit-cost': decimal(1),
  'monthly-credits': whole(0),
  'exhausted-for': decimal(0),
  entitlement: choice(...entitlementStatuses),
  credits: choice(
    'auto',
    'full',
    'daily',
    'monthly',
    'empty',
    'nulls',
    'nothing',
    'blocked',
    'not-entitled',
    'forbidden',
    'rate-limited',
    'unknown',
    'unauthorized',
    'unavailable',
    'html',
    'hang',
  ),
  sites: choice('one', 'two', 'inactive', 'everywhere', 'empty', 'nothing', 'unauthorized', 'unavailable', 'hang'),
} as const satisfies Record<string, Knob>;
