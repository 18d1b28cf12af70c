import { expect, test } from 'vitest';
import { describePart } from './describe-part.ts';

test.each([
  [{ executableCode: { language: 'PYTHON', code: 'print(1)\n' } }, '\n\n```python\nprint(1)\n```\n\n'],
  [{ executableCode: { language: 'LANGUAGE_UNSPECIFIED', code: 'a' } }, '\n\n```\na\n```\n\n'],
  [{ executableCode: { code: 'f"""```"""' } }, '\n\n````\nf"""```"""\n````\n\n'],
  [{ codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1\n' } }, '\n\n```\n1\n```\n\n'],
  [{ codeExecutionResult: { outcome: 'OUTCOME_FAILED' } }, '\n\n[OUTCOME_FAILED]\n\n'],
  [{ inlineData: { mimeType: 'audio/wav', data: 'UklGRg==' } }, '[The model generated a file (audio/wav, 4 bytes).]'],
  [{ inlineData: { mimeType: 'image/png', data: 'UklGRg==' }, thought: true }, undefined],
  [{ codeExecutionResult: { outcome: 'OUTCOME_OK' } }, undefined],
  [{ fileData: { mimeType: 'image/png', fileUri: 'gs://a/b.png' } }, '[The model generated a file: gs://a/b.png]'],
  [{ executableCode: {} }, undefined],
  [{ functionCall: {} }, undefined],
])('%j', (part, text) => {
  expect(describePart(part)).toBe(text);
});
