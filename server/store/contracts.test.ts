import { describeAdminStore } from './testing/admin-contract.ts';
import { describeCredentialStore } from './testing/credentials-contract.ts';
import { provideSqlite } from './testing/harness.ts';
import { describeKeyStore } from './testing/keys-contract.ts';
import { describeModelStore } from './testing/models-contract.ts';
import { describeSettingStore } from './testing/settings-contract.ts';

const sqlite = provideSqlite();

describeCredentialStore(
  'SQLite',
  sqlite.harness((store) => store.credentials),
);
describeKeyStore(
  'SQLite',
  sqlite.harness((store) => store.keys),
);
describeAdminStore(
  'SQLite',
  sqlite.harness((store) => store.admin),
);
describeSettingStore(
  'SQLite',
  sqlite.harness((store) => store.settings),
);
describeModelStore(
  'SQLite',
  sqlite.harness((store) => store.models),
);
