/** A gateway process that uses the database. Times are milliseconds since the epoch. */
export interface Replica {
  readonly id: string;
  /** A display name that says where it runs. */
  readonly name: string;
  readonly version: string;
  readonly since: number;
  /** Time of its last heartbeat. */
  readonly seenAt: number;
  /** The number of requests it has answered. */
  readonly requests: number;
  /** Whether it shares limit counts with the others. */
  readonly isSharing: boolean;
}

export interface ReplicaStore {
  /**
   * Records a replica's heartbeat and deletes replicas that are gone.
   *
   * @param gone deleted, except those that have sent a heartbeat in the meantime
   * @returns the remaining replicas, oldest first
   */
  beat(replica: Replica, gone: readonly Pick<Replica, 'id' | 'seenAt'>[]): Promise<Replica[]>;
  /** Deletes a replica that has ended. */
  leave(id: string): Promise<void>;
}
