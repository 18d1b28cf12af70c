// Loaded into the gateway before it starts (`--import`). Writes the longest turn of its event loop to the file
// LONGEST_TURN_FILE: milliseconds of processor time of the main thread, which other programs on the machine do not
// prolong. The loop never waits meanwhile, so this is for measurements only. Remove the file to start anew.
import { existsSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env.LONGEST_TURN_FILE;
let last = processorTime();
let longest = 0;

function processorTime() {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function measureTurn() {
  const took = processorTime() - last;
  if (took > 5) {
    if (!existsSync(file)) longest = 0;
    longest = Math.max(longest, took);
    writeFileSync(file, String(longest));
  }
  last = processorTime();
  setImmediate(measureTurn).unref();
}

if (isMainThread && file !== undefined) measureTurn();
