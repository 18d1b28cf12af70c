import { provideEngines } from './testing/harness.ts';
import { describeUsageStore } from './testing/usage-contract.ts';
import { usageNow } from './testing/usage-records.ts';

for (const { engine, harness } of provideEngines({ clock: () => usageNow })) {
  describeUsageStore(
    engine,
    harness((store) => store.usage),
  );
}
