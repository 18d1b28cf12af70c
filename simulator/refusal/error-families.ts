/** The shapes that an error body can take; the README shows each. */
export const errorFamilies = [
  'message',
  'error-message',
  'spring',
  'upstream',
  'openai',
  'anthropic',
  'google',
  'google-array',
  'text',
  'html',
  'balance',
  'daily-limit',
  'minute-limit',
  'blocked',
  'entitlement',
  'usage-resets',
  'concurrency',
  'empty',
  'broken-json',
] as const;

export type ErrorFamily = (typeof errorFamilies)[number];
