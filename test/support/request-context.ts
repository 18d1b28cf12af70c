import { Buffer } from 'node:buffer';
import type { RecalledAnswers } from '../../server/conversation/kept-answer.ts';
import type { RequestContext } from '../../server/dialects/dialect.ts';
import { SealBroken, type Vault } from '../../server/lib/secrets.ts';

/** A fake vault without encryption. It opens only texts that it sealed for the same purpose, and is deterministic. */
export const openVault: Vault = {
  seal: (text, purpose) => Buffer.from(JSON.stringify([purpose, text]), 'utf8').toString('base64url'),
  open(sealed, purpose) {
    try {
      const [sealedFor, text]: unknown[] = JSON.parse(Buffer.from(sealed, 'base64url').toString('utf8'));
      if (sealedFor === purpose && typeof text === 'string') return text;
    } catch {
      // Described below.
    }
    throw new SealBroken('The text was not sealed here.');
  },
};

/** @param recalled the kept answers; none by default */
export function contextOf(recalled: RecalledAnswers = new Map()): RequestContext {
  return { recalled, vault: openVault };
}
