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
   * Records a replica's heartbeat and deletes replicas without a recent one.
   *
   * @param forgetBefore replicas whose last heartbeat is before this time are deleted
   * @returns the remaining replicas, oldest first
   */
  beat(replica: Replica, forgetBefore: number): Promise<Replica[]>;
  /** Deletes a replica that has ended. */
  leave(id: string): Promise<void>;
}
