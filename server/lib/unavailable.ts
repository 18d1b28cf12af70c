/**
 * The failure of a dependency that the gateway cannot repair, such as its database. The message is one line that the
 * admin may read.
 */
export abstract class Unavailable extends Error {
  /** False for an internal error, whose details are not shown. */
  abstract readonly isUnavailable: boolean;
}
