import { expect, test } from 'vitest';
import { filenameOf } from './encode-media.ts';

test.each([
  [undefined, 'application/pdf', 'document.pdf'],
  ['My report', 'application/pdf', 'My report.pdf'],
  ['a.PDF', 'application/pdf', 'a.PDF'],
  ['a.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'a.docx'],
])('the file %j of type %s is named %s', (filename, mediaType, expected) => {
  expect(filenameOf({ type: 'base64', mediaType, data: '' }, filename)).toBe(expected);
});
