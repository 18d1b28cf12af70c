/**
 * Refusals by the admin API, in English, with at most one value. The console recognizes them and shows them in its own
 * language.
 */
export const gatewayMessages = {
  noEmail: 'It does not begin with a valid email address.',
  quotesDiffer: 'The quotes do not match.',
  noToken: 'There is no token.',
  tokenShort: 'The token is too short.',
  tokenLong: 'The token is too long.',
  tokenCharacters: 'The token contains invalid characters.',
  labelLong: 'The label is longer than 100 characters.',
  cloudIdLong: 'The cloud id is longer than 100 characters.',
  cloudIdCharacters: 'The cloud id contains invalid characters.',
  expiryInvalid: 'The expiry is not a date like 2027-03-31.',
  emailTaken: 'A credential with this email already exists.',
  emailRepeated: 'The email is already on line {{value}}.',
  modelTaken: 'A model with this id already exists.',
  modelBuiltIn: 'Built-in models can be disabled but not deleted.',
  aliasTaken: 'The name {{value}} already belongs to another model.',
  idIsAlias: 'The id is already an alias of {{value}}.',
  noFallback: 'There is no other model {{value}} to fall back to.',
  noRoute: 'There is no route {{value}}.',
  allRoutesOff: 'At least one endpoint must be enabled. To disable all of them, disable the model.',
  sameRoute: 'The list contains the same route and id twice.',
  notAnExport: 'This file is not an export of this gateway, or a newer version wrote it.',
  wrongPassphrase: 'The passphrase is wrong, or the file is damaged.',
} as const;

export type GatewayMessage = keyof typeof gatewayMessages;

const placeholder = '{{value}}';

export function writeMessage(name: GatewayMessage, value: string | number = ''): string {
  return gatewayMessages[name].replace(placeholder, () => String(value));
}

/** Recognizes a text that `writeMessage` wrote. */
export function findMessage(text: string): { readonly name: GatewayMessage; readonly value: string } | undefined {
  for (const [name, template] of Object.entries(gatewayMessages) as [GatewayMessage, string][]) {
    if (template === text) return { name, value: '' };
    const [start = '', end] = template.split(placeholder);
    if (end === undefined || text.length < start.length + end.length) continue;
    if (text.startsWith(start) && text.endsWith(end))
      return { name, value: text.slice(start.length, text.length - end.length) };
  }
  return undefined;
}
