import { hostname } from 'node:os';
import type { Problem } from '../http/health.ts';
import { createId } from '../lib/ids.ts';
import type { Replica, ReplicaStore } from '../replicas/replica.ts';
import { registerReplica } from '../replicas/replica-register.ts';
import type { Duties, SharedState } from '../shared-state/shared-state.ts';

/** This replica and the others. */
export interface Replicas {
  /** All replicas, this one first. */
  list(): readonly Replica[];
  /** This replica. */
  readonly self: { readonly name: string; readonly version: string };
  /** Why limits are not shared between replicas, in English; undefined if they are, or if this is the only replica. */
  sharingTrouble(): string | undefined;
  problems(): readonly Problem[];
  /** Duties are leases if limits are shared; otherwise the oldest replica has all of them. */
  readonly duties: Duties;
  close(): Promise<void>;
}

export interface ReplicaOptions {
  readonly store: ReplicaStore;
  readonly shared: Pick<SharedState, 'status' | 'duties'>;
  readonly port: number;
  /** Only one replica at a time can use the store. */
  readonly isExclusive: boolean;
  readonly version: string;
  readonly requests: () => number;
  readonly warn: (message: string) => void;
}

const redisMissing =
  'several replicas use this database but REDIS_URL is not set: each replica counts limits separately';
const redisUnavailable = 'Redis does not respond: this replica counts limits separately';

/** Registers this replica and reports if limits should be shared but are not. */
export function joinReplicas(options: ReplicaOptions): Replicas {
  const { store, shared, port, isExclusive, version, requests, warn } = options;
  const isAlone = () => shared.status().kind === 'local';
  const self = { name: `${hostname()}:${port}`, version };
  const register = registerReplica({
    store,
    isExclusive,
    self: { id: createId(), ...self },
    requests,
    isSharing: () => !isAlone() && shared.status().isShared,
    onChange(others) {
      const names = others.map(({ name }) => name).join(', ');
      warn(others.length === 0 ? 'no other replica is left' : `other replicas: ${names}`);
      if (isAlone() && others.length > 0) warn(redisMissing);
    },
  });
  const isEldest = () => {
    const [own, ...others] = register.list();
    return others.every(
      ({ since, id }) => own === undefined || since > own.since || (since === own.since && id > own.id),
    );
  };
  const sharingTrouble = () => {
    if (!isAlone()) return shared.status().isShared ? undefined : redisUnavailable;
    return register.list().length > 1 ? redisMissing : undefined;
  };
  return {
    list: register.list,
    self,
    sharingTrouble,
    duties: {
      claim: async (duty, milliseconds) =>
        !isAlone() && shared.status().isShared ? shared.duties.claim(duty, milliseconds) : isEldest(),
    },
    problems() {
      const message = sharingTrouble();
      return message === undefined ? [] : [{ message, keepsFromServing: false }];
    },
    close: register.close,
  };
}
