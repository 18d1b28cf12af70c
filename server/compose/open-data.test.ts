import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished, vi } from 'vitest';
import { readConfig } from '../config.ts';
import { databasePath } from '../lib/data-folder.ts';
import { openData } from './open-data.ts';

const options = { warn: () => undefined, onError: () => undefined };

it('closes its connections if it cannot open everything', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'open-data-'));
  const sockets = new Set<Socket>();
  const redis = createServer((socket) => {
    sockets.add(socket.resume());
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => redis.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    redis.close();
    rmSync(folder, { recursive: true });
  });
  const address = redis.address();
  const port = typeof address === 'object' ? address?.port : expect.unreachable();
  const config = readConfig({ DATA_DIR: join(folder, 'data'), REDIS_URL: `redis://127.0.0.1:${port}` });

  const data = await openData({ ...config, redisUrl: undefined }, options);
  await data.admin.account.firstStart();
  await data.close();
  const database = new DatabaseSync(databasePath(config.dataDir));
  database.exec("update admin_account set sealed_second_factor = 'v1.broken'");
  database.close();

  await expect(openData(config, options)).rejects.toThrow('sealed');
  await vi.waitUntil(() => sockets.size === 0, 5000);
  // The folder is not locked any more.
  await expect(openData({ ...config, redisUrl: undefined }, options)).rejects.toThrow('sealed');
});
