/** A test program that appends a record every millisecond until it is killed, and prints the id and time of each. */
import { writeSync } from 'node:fs';
import { createRecorder } from '../../ledger/recorder.ts';
import { sampleRecord } from '../../ledger/testing/sample-record.ts';
import { openStore } from '../open-store.ts';
import { testKey } from './test-key.ts';

const store = await openStore({ dataDir: process.argv[2] ?? '', secretKey: testKey });
const recorder = createRecorder({ store: store.usage });
let count = 0;
setInterval(() => {
  count += 1;
  const now = Date.now();
  const id = `r${String(count).padStart(6, '0')}`;
  recorder.record(sampleRecord({ id, startedAt: now }));
  writeSync(1, `${id} ${now}\n`);
}, 1);
