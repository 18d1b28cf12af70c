import { apps } from './apps.ts';
import type { ClientDefinition } from './client.ts';
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

/** Every client the console knows how to set up. */
export const clients: readonly Client[] = Object.keys(definitions)
  .filter(isName)
  .map((name) => ({ name, ...definitions[name] }));

/** The model a client is shown with: the one chosen, or the first one that it is made for. */
export function suggestModel(client: Client, chosen: string | null, models: readonly string[]): string {
  return chosen ?? models.find((id) => client.madeFor?.test(id)) ?? models[0] ?? 'MODEL';
}
