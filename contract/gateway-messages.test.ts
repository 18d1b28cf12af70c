import { expect, it } from 'vitest';
import { findMessage, type GatewayMessage, gatewayMessages, writeMessage } from './gateway-messages.ts';

it('recognizes each message with its value', () => {
  for (const name of Object.keys(gatewayMessages) as GatewayMessage[]) {
    const value = gatewayMessages[name].includes('{{value}}') ? 'x $& 12' : '';
    expect(findMessage(writeMessage(name, value))).toEqual({ name, value });
  }
});

it.each(['', 'The email is already on', 'The database has 12 rows.'])('recognizes nothing in %j', (text) => {
  expect(findMessage(text)).toBeUndefined();
});
