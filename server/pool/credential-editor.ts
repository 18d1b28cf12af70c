import { gatewayMessages } from '../../contract/gateway-messages.ts';
import type { Clock } from '../lib/clock.ts';
import type { CreateId } from '../lib/ids.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import { type Credential, CredentialExists, type CredentialStore } from './credential.ts';
import { parseImport } from './import-credentials.ts';
import type { ImportedLine, NewCredential } from './pool-contract.ts';

export interface CredentialEditorOptions {
  readonly store: Pick<CredentialStore, 'insert'>;
  readonly createId: CreateId;
  readonly clock: Clock;
}

/** Inserts new credentials into the store. The pool sees them when it reloads from the store. */
export class CredentialEditor {
  readonly #options: CredentialEditorOptions;

  constructor(options: CredentialEditorOptions) {
    this.#options = options;
  }

  /** @throws CredentialExists when another credential has the email */
  async insert(added: NewCredential): Promise<Credential> {
    const credential = {
      label: '',
      tokenExpiresAt: null,
      cloudId: null,
      enabled: true,
      weight: 1,
      maxConcurrency: null,
      ...added,
      id: this.#options.createId(),
      draining: false,
      createdAt: this.#options.clock(),
      lastUsedAt: null,
    };
    await this.#options.store.insert(credential);
    return credential;
  }

  /** @returns for each credential whether it was added; a shorter list when the signal stopped it */
  async insertMany(credentials: readonly NewCredential[], signal?: AbortSignal): Promise<boolean[]> {
    const added: boolean[] = [];
    for (const credential of credentials) {
      if (signal?.aborted) break;
      added.push(await this.#insertNew(credential));
    }
    return added;
  }

  /** @param known emails of existing credentials */
  async importText(text: string, known: readonly string[]): Promise<ImportedLine[]> {
    const lines: ImportedLine[] = [];
    for (const parsed of parseImport(text, known)) {
      if (parsed.type === 'credential') lines.push(await this.#import(parsed.line, parsed.credential));
      else {
        const { line, type, message, email } = parsed;
        lines.push(withoutUndefined({ line, status: type, message, email }));
      }
    }
    return lines;
  }

  async #import(line: number, imported: NewCredential): Promise<ImportedLine> {
    const { email } = imported;
    if (await this.#insertNew(imported)) return { line, status: 'added', email };
    return { line, status: 'duplicate', email, message: gatewayMessages.emailTaken };
  }

  /** @returns false when another credential has the email */
  async #insertNew(added: NewCredential): Promise<boolean> {
    try {
      await this.insert(added);
      return true;
    } catch (error) {
      if (!(error instanceof CredentialExists)) throw error;
      return false;
    }
  }
}
