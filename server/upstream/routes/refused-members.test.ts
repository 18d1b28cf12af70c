import { expect, test } from 'vitest';
import { TranslationLog } from '../../conversation/translation.ts';
import { withoutMembers } from './refused-members.ts';

const body = {
  output_config: { effort: 'high' },
  generationConfig: { thinkingConfig: { includeThoughts: true, thinkingLevel: 'LOW' } },
  tools: [{ name: 'f', strict: true }, { name: 'g' }],
};

test.each([
  ['output_config.effort', { ...body, output_config: undefined }],
  ['output_config', { ...body, output_config: undefined }],
  [
    'generationConfig.thinkingConfig.includeThoughts',
    { ...body, generationConfig: { thinkingConfig: { thinkingLevel: 'LOW' } } },
  ],
  ['tools[].strict', { ...body, tools: [{ name: 'f' }, { name: 'g' }] }],
  ['seed', body],
])('without %s nothing else goes, but what held nothing else', (path, expected) => {
  const notes = new TranslationLog();
  expect(withoutMembers(body, new Set([path]), notes)).toEqual(JSON.parse(JSON.stringify(expected)));
  expect(notes.list().map(({ member }) => member)).toEqual(path === 'seed' ? [] : [path]);
});

test('an item of a list goes with its only member', () => {
  const google = { tools: [{ googleMaps: {} }, { googleSearch: {} }, {}] };
  const left = withoutMembers(google, new Set(['tools[].googleMaps']), new TranslationLog());
  expect(left).toEqual({ tools: [{ googleSearch: {} }, {}] });
});
