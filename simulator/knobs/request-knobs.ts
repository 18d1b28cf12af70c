import { choice, type Knob, text, whole } from './kinds.ts';

/** Limits of requests. */
export const requestKnobs = {
  'unknown-model': choice('400', '404', 'accept'),
  'denied-models': text(),
  'overflow-bytes': whole(0),
  'overflow-status': choice('400', '413'),
  'overflow-words': choice('auto', 'entity', 'status-code', 'context-limit', 'prompt-too-long'),
  'context-tokens': whole(0),
  parameters: choice('honour', 'ignore', 'reject'),
  'reject-parameters': text(),
  images: choice('accept', 'reject', 'image_url-only', 'image-only'),
  'cloud-id': choice('optional', 'required', 'billing-required'),
  'encoded-token': choice('optional', 'required'),
  turns: choice('merge', 'alternate'),
  prefill: choice('auto', 'accept', 'reject'),
  'result-order': choice('any', 'first'),
  'string-content': choice('accept', 'reject'),
  'image-urls': choice('reject', 'accept'),
  'output-config': choice('reject', 'accept'),
  'empty-parameters': choice('accept', 'reject'),
  strict: choice('auto', 'off', 'vendor'),
  'strict-except': text(),
} as const satisfies Record<string, Knob>;
