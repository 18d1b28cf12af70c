/**
 * The failure of something that the gateway needs and cannot mend, such as its database. Its message is one line that the admin
 * may read.
 */
export abstract class Unavailable extends Error {
  /** False for an error inside the gateway, whose details are not shown. */
  abstract readonly isUnavailable: boolean;
}
