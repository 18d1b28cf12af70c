/** The values for a client's set-up. */
export interface Connection {
  /** Includes `/v1`. */
  readonly baseUrl: string;
  readonly key: string;
  readonly model: string;
  /** All enabled models, for clients that do not fetch the list. */
  readonly models: readonly string[];
  /** The model's context window in tokens; null if unknown. */
  readonly contextWindow: number | null;
}

export type FieldName = 'baseUrl' | 'host' | 'key' | 'model';

/** Text to paste into a file or a terminal. */
export interface SetupPart {
  /** Path of the file; absent for a terminal. */
  readonly file?: string;
  readonly code: string;
}

/** An import link for a client. */
export interface ImportLink {
  readonly title: string;
  readonly href: string;
}

export const clientGroups = ['terminal', 'editor', 'chat', 'workflow', 'code'] as const;

/** A client's set-up: form values, snippets to paste, import links, or a combination. */
export interface ClientDefinition {
  readonly title: string;
  readonly group: (typeof clientGroups)[number];
  /** The gateway API that it uses. */
  readonly api: 'openai' | 'responses' | 'anthropic' | 'gemini' | 'several';
  /** Where it usually runs, if not on the user's machine. The base URL must be reachable from there. */
  readonly runsIn?: 'container' | 'cloud';
  /** The models that suit it, in order of preference. */
  readonly madeFor?: readonly RegExp[];
  readonly fields?: readonly FieldName[];
  readonly parts?: (connection: Connection) => readonly SetupPart[];
  /** @param address address of a self-hosted client */
  readonly links?: (connection: Connection, address: string) => readonly ImportLink[];
  /** Default address, for a client that is a website. */
  readonly address?: string;
  /** It also runs on phones, which can scan the import link. */
  readonly onPhone?: boolean;
}

/** The first model that matches the earliest pattern; undefined if none matches. */
export function findPreferred(models: readonly string[], patterns: readonly RegExp[]): string | undefined {
  for (const pattern of patterns) {
    const found = models.find((id) => pattern.test(id));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The base URL without its `/v1`, for clients that add it themselves. */
export function toHost(baseUrl: string): string {
  return baseUrl.replace(/\/v1\/?$/, '');
}

/** The value of a form field. */
export function readField(name: FieldName, connection: Connection): string {
  return name === 'host' ? toHost(connection.baseUrl) : connection[name];
}
