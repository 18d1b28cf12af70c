import type { Socket } from 'node:net';

/*
 * A connection that was kept open for the next request may be closed by the upstream, or by a proxy on the way, at the
 * moment when the request is sent. The request then fails although nothing is wrong with it or with the upstream.
 */

/** Connections that have carried a response. */
const used = new WeakSet<Socket>();
/** The errors by which such connections broke. */
const breaks = new WeakSet<Error>();

export function noteResponse(socket: Socket): void {
  used.add(socket);
}

/** A listener for a socket's errors. Add it before undici's, which pass the error on. */
export function noteBreak(this: Socket, error: Error): void {
  if (used.has(this)) breaks.add(error);
}

/** True if the request that failed with this error used a connection that an earlier one had used. */
export function isStaleConnection(error: Error): boolean {
  return breaks.has(error);
}
