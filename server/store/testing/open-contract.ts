import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { StoreFailure, type StoreFailureKind } from '../store-failure.ts';
import { sampleCredential } from './credentials-contract.ts';
import type { StoreProvider } from './harness.ts';

/** The failure's message. Must be one line, because it is the last output of a failed start. */
export async function failureOf(opening: Promise<unknown>, kind: StoreFailureKind): Promise<string> {
  const error = await opening.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StoreFailure);
  expect(error).toMatchObject({ kind });
  const message = error instanceof Error ? error.message : '';
  expect(message).not.toContain('\n');
  return message;
}

/** How the database of every engine is opened, watched and closed. */
export function describeOpening(provider: StoreProvider): void {
  const { engine, open, runSql } = provider;
  describe(`openStore on ${engine}`, () => {
    it('refuses another secret key and takes the right one again', async () => {
      await (await open()).close();
      const secretKey = createSecretKey(Buffer.alloc(32, 8));
      expect(await failureOf(open({ secretKey }), 'wrong-key')).toContain('SECRET_KEY');
      await open();
    });

    it('refuses a database of a newer version and changes nothing in it', async () => {
      await (await open()).close();
      await runSql("insert into migrations values ('999-future', 1)");
      expect(await failureOf(open(), 'newer')).toContain('999-future');
      await runSql("delete from migrations where name = '999-future'");
      await open();
    });

    it("refuses another program's database and changes nothing in it", async () => {
      await runSql('create table credentials (theirs text)');
      await failureOf(open(), 'foreign');
      await runSql("insert into credentials values ('x')");
    });

    it('may be opened by several at once, the first time too', async () => {
      const stores = await Promise.all([open(), open(), open(), open()]);
      await stores[0]?.credentials.insert(sampleCredential());
      for (const store of stores) expect(await store.credentials.list()).toHaveLength(1);
    });

    it('refuses every call once it is closed', async () => {
      const store = await open();
      await store.close();
      await failureOf(store.settings.load(), 'closed');
      await failureOf(store.settings.save('pool', 1), 'closed');
      await store.close();
    });
  });
}
