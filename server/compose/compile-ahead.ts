/**
 * A program that loads what a server loads and does nothing with it, so that Node compiles it and keeps it in its compile
 * cache: see `prepareRuntime`. To be run with `--version`, for the gateway's own program is loaded too.
 */
import './demo.ts';
import './serve.ts';

// Once compiled, it finds that it is not in a thread of its own.
await import('../store/engines/sqlite/worker.ts').catch(() => undefined);
await import('../main.ts');
