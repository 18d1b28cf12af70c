import { Buffer } from 'node:buffer';
import type { OnReadOpts, Socket } from 'node:net';

/** Bytes that one read may take. Node's own 64 KB add up when many streams are paused. */
const readLength = 32 * 1024;

/**
 * All sockets read into the same memory, one after the other, and what they read is copied to a buffer of its exact
 * size (not from Node's pool, where it would keep neighbours in memory). With this option, a paused socket also stops
 * reading from the operating system.
 */
export const sharedReads: OnReadOpts = {
  buffer: Buffer.allocUnsafeSlow(readLength),
  callback(this: Socket, length: number, memory: Uint8Array): boolean {
    const bytes = Buffer.allocUnsafeSlow(length);
    bytes.set(memory.subarray(0, length));
    return this.push(bytes);
  },
};

let current: Socket | undefined;

/** Makes `socketBeingRead` return this socket while its data is parsed. Call it before undici listens to the socket. */
export function watchReads(socket: Socket): void {
  socket.on('readable', setCurrent);
}

/** The socket whose data undici is parsing. It calls its handlers in between, but does not name the socket to them. */
export function socketBeingRead(): Socket | undefined {
  return current;
}

function setCurrent(this: Socket): void {
  current = this;
}
