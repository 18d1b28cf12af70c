import { describeAdminStore } from './testing/admin-contract.ts';
import { describeChanges } from './testing/changes-contract.ts';
import { describeCredentialStore } from './testing/credentials-contract.ts';
import { provideEngines } from './testing/harness.ts';
import { describeKeyStore } from './testing/keys-contract.ts';
import { describeModelStore } from './testing/models-contract.ts';
import { describeOpening } from './testing/open-contract.ts';
import { describeReplicaStore } from './testing/replicas-contract.ts';
import { describeSettingStore } from './testing/settings-contract.ts';
import { describeEstimateStore } from './testing/token-estimates-contract.ts';

for (const provider of provideEngines()) {
  const { engine, harness } = provider;
  describeOpening(provider);
  describeChanges(provider);
  describeCredentialStore(
    engine,
    harness((store) => store.credentials),
  );
  describeKeyStore(
    engine,
    harness((store) => store.keys),
  );
  describeAdminStore(
    engine,
    harness((store) => store.admin),
  );
  describeSettingStore(
    engine,
    harness((store) => store.settings),
  );
  describeReplicaStore(
    engine,
    harness((store) => store.replicas),
  );
  describeModelStore(
    engine,
    harness((store) => store.models),
  );
  describeEstimateStore(
    engine,
    harness((store) => store.tokenEstimates),
  );
}
