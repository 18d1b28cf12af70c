import { type Credential, CredentialExists, type CredentialStore, type StoredCredentialState } from '../credential.ts';

/** An in-memory credential store. States pass through JSON, as in the real one. */
export class MemoryCredentialStore implements CredentialStore {
  readonly #credentials = new Map<string, Credential>();
  readonly #states = new Map<string, string>();

  constructor(credentials: readonly Credential[] = []) {
    for (const credential of credentials) this.#credentials.set(credential.id, credential);
  }

  async list(): Promise<Credential[]> {
    return [...this.#credentials.values()].sort((one, other) => one.createdAt - other.createdAt);
  }

  async insert(credential: Credential): Promise<void> {
    this.#refuseTaken(credential.email);
    this.#credentials.set(credential.id, credential);
  }

  async update(id: string, changes: Partial<Credential>): Promise<boolean> {
    const credential = this.#credentials.get(id);
    if (credential === undefined) return false;
    if (changes.email !== undefined && changes.email !== credential.email) this.#refuseTaken(changes.email);
    this.#credentials.set(id, { ...credential, ...changes });
    return true;
  }

  async delete(id: string): Promise<boolean> {
    this.#states.delete(id);
    return this.#credentials.delete(id);
  }

  async loadStates(): Promise<StoredCredentialState[]> {
    return [...this.#states].map(([credentialId, state]) => ({ credentialId, state: JSON.parse(state) }));
  }

  async saveStates(states: readonly StoredCredentialState[]): Promise<void> {
    for (const { credentialId, state } of states) {
      if (this.#credentials.has(credentialId)) this.#states.set(credentialId, JSON.stringify(state));
    }
  }

  #refuseTaken(email: string): void {
    for (const credential of this.#credentials.values()) {
      if (credential.email === email) throw new CredentialExists(`A credential for ${email} already exists.`);
    }
  }
}
