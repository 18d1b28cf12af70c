/** A gateway process that works on the database. Times are milliseconds since the epoch. */
export interface Replica {
  readonly id: string;
  /** Where it runs, for people. */
  readonly name: string;
  readonly version: string;
  readonly since: number;
  /** When it last said that it lives. */
  readonly seenAt: number;
  /** Requests that it has answered. */
  readonly requests: number;
  /** Whether it counts limits together with the others. */
  readonly isSharing: boolean;
}

export interface ReplicaStore {
  /**
   * Says that a replica lives, and forgets those that have not said so for long.
   *
   * @param forgetBefore those who said so last before this time
   * @returns all that are left, oldest first
   */
  beat(replica: Replica, forgetBefore: number): Promise<Replica[]>;
  /** The replica has ended. */
  leave(id: string): Promise<void>;
}
