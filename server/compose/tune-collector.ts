import { setEngineFlags } from './set-engine-flags.ts';

const flags = [
  // V8 would make objects old from their first moment whose like lived long at some time, such as those of the first large
  // requests in flight, and never ask again: from then on each of their like is old garbage, with the body it points to.
  '--no-allocation-site-pretenuring',
  // It would look through everything after each 64 MB of buffers, which 2 MB requests fill ten times a second. So buffers
  // count like everything else that it keeps.
  '--external-memory-accounted-in-global-limit',
  // Eight seconds after the last request it would collect twice to give memory back, and throw away with it what it has
  // compiled for requests, of which none is there then. That is done after a longer pause (memory-relief.ts).
  '--memory-reducer-gc-count=0',
];

/** Fits V8's collector to what a gateway does (docs/decisions/011-little-grows-old.md). To be called when everything is loaded. */
export function tuneCollector(): void {
  setEngineFlags(flags);
}
