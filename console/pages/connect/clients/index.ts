import { seenFromContainer } from '../reach.ts';
import { apps } from './apps.ts';
import { type ClientDefinition, type Connection, findPreferred } from './client.ts';
import { editors } from './editors.ts';
import { sdks } from './sdks.ts';
import { terminalClients } from './terminal.ts';

const definitions = { ...terminalClients, ...editors, ...apps, ...sdks };

export type ClientName = keyof typeof definitions;

export interface Client extends ClientDefinition {
  readonly name: ClientName;
}

function isName(name: string): name is ClientName {
  return name in definitions;
}

/** All clients that the console can set up. */
export const clients: readonly Client[] = Object.keys(definitions)
  .filter(isName)
  .map((name) => ({ name, ...definitions[name] }));

/** The choices on the Connect page that apply to every client. */
export interface Gateway {
  /** The base URL as the admin's browser sees it, including `/v1`. */
  readonly baseUrl: string;
  readonly key: string | undefined;
  /** Null: the suggested model of each client. */
  readonly model: string | null;
  readonly models: readonly string[];
  readonly contextWindowOf: (model: string) => number | null;
}

/** A capable model for clients that work with any. */
const forMost = [/claude-sonnet-4/];

/** The values for one client: the base URL as reachable from there, and a suitable model. */
export function connectTo(gateway: Gateway, client: Client): Connection {
  const { baseUrl, key = 'YOUR_API_KEY', models, contextWindowOf } = gateway;
  const { madeFor = forMost } = client;
  const model = gateway.model ?? findPreferred(models, madeFor) ?? models[0] ?? 'MODEL';
  return {
    baseUrl: client.runsIn === 'container' ? seenFromContainer(baseUrl) : baseUrl,
    key,
    model,
    models,
    contextWindow: contextWindowOf(model),
  };
}
