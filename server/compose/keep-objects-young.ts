import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 make every object young from now on. It would make those old from their first moment whose like lived long at
 * some time, such as the first large requests' in flight, and never ask again: from then on each of their like is old
 * garbage, with the body that it points to, and V8 looks through everything five times a second
 * (docs/decisions/011-little-grows-old.md).
 *
 * To be called when everything is loaded: compiled code counts only for the flags that it was compiled with.
 */
export function keepObjectsYoung(): void {
  flushCompileCache();
  setFlagsFromString('--no-allocation-site-pretenuring');
}
