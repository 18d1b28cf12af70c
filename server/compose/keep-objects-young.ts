import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 make every object young from now on. It would make those old from their first moment whose like have lived long,
 * and takes what 2,000 open streams hold for such. Then each chunk that passes leaves old garbage, with all that this
 * points to: 1.5 KB a chunk, and collections of 150 ms beside the streams (docs/decisions/011-little-grows-old.md).
 *
 * To be called when everything is loaded: compiled code counts only for the flags that it was compiled with.
 */
export function keepObjectsYoung(): void {
  flushCompileCache();
  setFlagsFromString('--no-allocation-site-pretenuring');
}
