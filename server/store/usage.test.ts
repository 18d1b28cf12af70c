import { provideSqlite } from './testing/harness.ts';
import { describeUsageStore } from './testing/usage-contract.ts';
import { usageNow } from './testing/usage-records.ts';

const sqlite = provideSqlite({ clock: () => usageNow });

describeUsageStore(
  'SQLite',
  sqlite.harness((store) => store.usage),
);
