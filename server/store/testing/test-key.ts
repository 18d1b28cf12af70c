import { Buffer } from 'node:buffer';
import { createSecretKey } from 'node:crypto';

export const testKey = createSecretKey(Buffer.alloc(32, 7));
