import * as undici from 'undici';
import { expect, it } from 'vitest';
import { buildConnector, Pool } from './undici.ts';

it('takes the parts that undici itself offers', () => {
  expect(Pool).toBe(undici.Pool);
  expect(buildConnector).toBe(undici.buildConnector);
});
