import { Buffer } from 'node:buffer';
import type { RecalledAnswers } from '../../server/conversation/kept-answer.ts';
import type { RequestContext } from '../../server/dialects/dialect.ts';
import { SealBroken, type Vault } from '../../server/lib/secrets.ts';

/** Seals nothing, but only opens what it has sealed for the same purpose: the same text gives the same sealing. */
export const openVault: Vault = {
  seal: (text, purpose) => Buffer.from(JSON.stringify([purpose, text]), 'utf8').toString('base64url'),
  open(sealed, purpose) {
    try {
      const [sealedFor, text]: unknown[] = JSON.parse(Buffer.from(sealed, 'base64url').toString('utf8'));
      if (sealedFor === purpose && typeof text === 'string') return text;
    } catch {
      // Said below.
    }
    throw new SealBroken('The text was not sealed here.');
  },
};

/** @param recalled what the gateway has kept; nothing when it is left out */
export function contextOf(recalled: RecalledAnswers = new Map()): RequestContext {
  return { recalled, vault: openVault };
}
