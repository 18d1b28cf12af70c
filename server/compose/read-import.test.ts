import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { createSharedDatabase, hasPostgres } from '../../test/support/shared-services.ts';
import { authFiles, goDatabase, goStatements, proxyConfiguration } from '../import/testing/sources.ts';
import { provideFolder } from '../store/testing/folder.ts';
import { readImport } from './read-import.ts';

const folder = provideFolder();

describe('the import source', () => {
  it('can be a folder with files and links to files', async () => {
    for (const { name, bytes } of [...authFiles, ...goDatabase(goStatements, 'wal')]) {
      writeFileSync(folder.file(name), bytes);
    }
    mkdirSync(folder.file('folder'));
    symlinkSync(folder.file('folder'), folder.file('link-to-folder'));
    symlinkSync(folder.file('nowhere'), folder.file('lost'));
    writeFileSync(folder.file('folder/config.yaml'), proxyConfiguration.bytes);
    symlinkSync(folder.file('folder/config.yaml'), folder.file('link.yaml'));
    const read = await readImport({ paths: [folder.path()], from: undefined });
    expect(read.at(-1)).toMatchObject({ message: 'It cannot be opened (ENOENT).' });
    expect(read.map(({ file, kind }) => [file, kind])).toEqual([
      ['credentials.db', 'go-database'],
      ['link.yaml', 'proxy-configuration'],
      ['rovo-a@example.com-1760000000.json', 'auth-file'],
      ['rovo-b@example.com-1760000001.json', 'auth-file'],
      ['lost', undefined],
    ]);
  });

  it('can be one file, with its log beside it', async () => {
    for (const { name, bytes } of goDatabase(goStatements, 'wal')) writeFileSync(folder.file(name), bytes);
    const [read] = await readImport({ paths: [folder.file('credentials.db')], from: undefined });
    expect(read).toMatchObject({ kind: 'go-database', items: { length: 4 } });
  });

  it('reads pipes, but no device, which would never end', async () => {
    symlinkSync('/dev/zero', folder.file('zero'));
    execFileSync('mkfifo', [folder.file('pipe')]);
    const paths = [folder.file('zero'), folder.file('pipe')];
    const reading = readImport({ paths, from: undefined });
    await writeFile(folder.file('pipe'), 'a@example.com:ATATT-token');
    expect(await reading).toMatchObject([
      { file: 'zero', kind: undefined, message: expect.stringContaining('not a file') },
      { file: 'pipe', kind: 'lines', items: { length: 1 } },
    ]);
  });

  it('fails with one line if it does not exist', async () => {
    mkdirSync(folder.file('empty'));
    for (const path of [folder.file('none'), folder.file('empty')]) {
      await expect(readImport({ paths: [path], from: undefined })).rejects.toThrow(path);
    }
    await expect(readImport({ paths: [], from: 'mysql://x' })).rejects.toThrow(/must be a URL/);
  });
});

describe.skipIf(!hasPostgres)('the Go program’s PostgreSQL database', () => {
  it('is read like its SQLite one', async () => {
    const url = await createSharedDatabase();
    const [other] = await readImport({ paths: [], from: url });
    expect(other).toMatchObject({
      file: 'PostgreSQL',
      kind: undefined,
      message: expect.stringMatching(/of an unknown program/),
    });
    const client = new Client({ connectionString: url });
    await client.connect();
    for (const statement of goStatements) await client.query(statement);
    await client.end();
    writeFileSync(folder.file('credentials.db'), goDatabase()[0]?.bytes ?? '');
    const [[fromFile], [fromServer]] = await Promise.all([
      readImport({ paths: [folder.file('credentials.db')], from: undefined }),
      readImport({ paths: [], from: url }),
    ]);
    expect(fromServer).toEqual({ ...fromFile, file: 'PostgreSQL' });
  });
});
