import type { ApiKey, KeyStore } from '../key.ts';

/** An in-memory implementation of KeyStore. */
export function createMemoryKeyStore(): KeyStore & { readonly secrets: ReadonlyMap<string, string> } {
  const keys = new Map<string, ApiKey>();
  const secrets = new Map<string, string>();
  return {
    secrets,
    list: async () => [...keys.values()].sort((one, other) => one.createdAt - other.createdAt),
    async insert(key, secret) {
      keys.set(key.id, key);
      secrets.set(key.id, secret);
    },
    async update(id, changes, secret) {
      const key = keys.get(id);
      if (key === undefined) return false;
      keys.set(id, { ...key, ...changes });
      if (secret !== undefined) secrets.set(id, secret);
      return true;
    },
    readSecret: async (id) => secrets.get(id),
    async delete(id) {
      secrets.delete(id);
      return keys.delete(id);
    },
    async touch(times) {
      for (const [id, lastUsedAt] of times) {
        const key = keys.get(id);
        if (key !== undefined) keys.set(id, { ...key, lastUsedAt });
      }
    },
  };
}
