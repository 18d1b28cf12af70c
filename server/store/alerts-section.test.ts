import { expect, it } from 'vitest';
import { createVault } from '../lib/secrets.ts';
import { createAlertsSection } from './alerts-section.ts';
import { testKey } from './testing/test-key.ts';

it('counts the channels of another version', async () => {
  const saved: Record<string, unknown> = {};
  const settings = {
    load: async () => saved,
    async save(section: string, value: unknown) {
      saved[section] = value;
    },
  };
  const section = createAlertsSection(settings, createVault(testKey));
  const channel = {
    id: 'a',
    kind: 'webhook',
    name: 'hook',
    enabled: true,
    values: { url: 'https://a.example/' },
  } as const;
  await section.saveChannels([channel]);
  expect(JSON.stringify(saved)).not.toContain('a.example');
  for (const [name, stored] of Object.entries(saved)) {
    if (Array.isArray(stored)) saved[name] = [...stored, { id: 'b', kind: 'pigeon' }];
  }
  expect(await section.load()).toMatchObject({ channels: [channel], unknownChannels: 1 });
});
