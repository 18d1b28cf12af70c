/** What every set-up needs to know. */
export interface Connection {
  /** With its `/v1`. */
  readonly baseUrl: string;
  readonly key: string;
  readonly model: string;
  /** All that the gateway offers: clients that do not ask for the list get it from here. */
  readonly models: readonly string[];
  /** Tokens that the model takes in and gives together; null when not known. */
  readonly contextWindow: number | null;
}

export type FieldName = 'baseUrl' | 'host' | 'key' | 'model';

/** Something to put into a file or a terminal. */
export interface SetupPart {
  /** The file's path; absent for a terminal. */
  readonly file?: string;
  readonly code: string;
}

/** A link by which a client takes over the connection. */
export interface ImportLink {
  readonly title: string;
  readonly href: string;
}

export const clientGroups = ['terminal', 'editor', 'chat', 'workflow', 'code'] as const;

/** How one client is set up: values for its form, parts to paste, a link that does it, or several of these. */
export interface ClientDefinition {
  readonly title: string;
  readonly group: (typeof clientGroups)[number];
  /** Which of the gateway's APIs it speaks. */
  readonly api: 'openai' | 'responses' | 'anthropic' | 'gemini' | 'several';
  /** Where it usually runs, when not as a program of the user: what the base URL must be reachable from. */
  readonly runsIn?: 'container' | 'cloud';
  /** The models that it is made for. */
  readonly madeFor?: RegExp;
  readonly fields?: readonly FieldName[];
  readonly parts?: (connection: Connection) => readonly SetupPart[];
  /** @param address where the client's own website is, for those who run theirs */
  readonly links?: (connection: Connection, address: string) => readonly ImportLink[];
  /** The website's usual address, for a client that is one. */
  readonly address?: string;
  /** It runs on a phone, too, which can scan the link. */
  readonly onPhone?: boolean;
}

/** The base URL without its `/v1`, for clients that add it themselves. */
export function toHost(baseUrl: string): string {
  return baseUrl.replace(/\/v1\/?$/, '');
}

/** A field's value in this connection. */
export function readField(name: FieldName, connection: Connection): string {
  return name === 'host' ? toHost(connection.baseUrl) : connection[name];
}
