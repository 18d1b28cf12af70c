/**
 * The failure of something that the gateway needs and cannot mend, such as its database. Its message is one line that the admin
 * may read.
 */
export abstract class Unavailable extends Error {
  /** False for a mistake of the gateway's own, which is nobody else's business. */
  abstract readonly isUnavailable: boolean;
}
