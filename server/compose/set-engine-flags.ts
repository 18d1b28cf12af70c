import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';

/**
 * Changes V8's settings for what runs from now on. Compiled code counts only for the flags that it was compiled with, so
 * what has been compiled is kept first. To be called when everything is loaded: set at the start, flags would make another
 * compile cache than the one of the commands, and Node's own would not count.
 *
 * @param flags as on Node's command line; V8 says so on standard error when it does not know one
 */
export function setEngineFlags(flags: readonly string[]): void {
  flushCompileCache();
  for (const flag of flags) setFlagsFromString(flag);
}
