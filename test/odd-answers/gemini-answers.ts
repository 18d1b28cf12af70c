import { type Json, type OddAnswer, png, withoutField } from './odd-answer.ts';

const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 5, totalTokenCount: 8 };

/** @param parts each is a chunk of the stream */
function gemini(
  name: string,
  parts: readonly Json[],
  rest: Partial<OddAnswer> & Pick<OddAnswer, 'words'>,
  ending: Json = {},
): OddAnswer {
  const content = (some: readonly Json[]) => ({ role: 'model', parts: some });
  const end = { finishReason: 'STOP', ...ending };
  return {
    name,
    upstream: 'vertex-gemini',
    whole: { candidates: [{ content: content(parts), index: 0, ...end }], usageMetadata },
    frames: [
      ...parts.map((part) => ({ candidates: [{ content: content([part]) }] })),
      { candidates: [{ content: content([]), ...end }], usageMetadata },
    ],
    ...rest,
  };
}

const image = { inlineData: { mimeType: 'image/png', data: png } };
const notGemini = ['chat', 'responses', 'messages'] as const;

export const geminiAnswers: readonly OddAnswer[] = [
  gemini(
    'an image with a signature, between texts',
    [{ text: 'HERE ' }, { ...image, thoughtSignature: 'c2ln' }, { text: 'DONE' }],
    {
      words: ['HERE', 'DONE'],
      also: {
        chat: [png],
        responses: [png],
        gemini: [png, 'c2ln'],
        messages: ['generated an image (image/png, 70 bytes)'],
      },
      lost: { messages: ['image'] },
    },
  ),
  gemini('an image alone', [image], {
    words: [],
    also: { chat: [png], responses: [png], gemini: [png], messages: ['generated an image'] },
    lost: { messages: ['image'] },
  }),
  gemini('a draft of an image in the thoughts', [{ ...image, thought: true }, { text: 'DONE' }], {
    words: ['DONE'],
    lost: withoutField('inlineData', notGemini),
  }),
  gemini(
    'texts beside data',
    [
      { text: '', ...image },
      { text: 'HERE', executableCode: { code: 'SIX*7' } },
      { text: 'ALSO', functionCall: { name: 'CALL_A' } },
    ],
    {
      words: ['HERE', 'SIX*7', 'ALSO', 'CALL_A'],
      beyond: 'gemini',
      also: { chat: [png], responses: [png], gemini: [png], messages: ['generated an image'] },
    },
  ),
  gemini('a file elsewhere', [{ fileData: { mimeType: 'image/png', fileUri: 'gs://bucket/DRAWN.png' } }], {
    words: ['gs://bucket/DRAWN.png'],
  }),
  gemini('audio', [{ inlineData: { mimeType: 'audio/wav', data: 'UklGRg==' } }, { text: 'DONE' }], {
    words: ['DONE', 'audio/wav'],
    also: { gemini: ['UklGRg=='] },
  }),
  gemini(
    'code that ran, and its output',
    [
      { text: 'CODE' },
      { executableCode: { language: 'PYTHON', code: 'print("```", SIX*7)' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: 'FORTYTWO' } },
      { codeExecutionResult: { outcome: 'OUTCOME_FAILED' } },
      { text: 'DONE' },
    ],
    { words: ['CODE', 'SIX*7', 'FORTYTWO', 'OUTCOME_FAILED', 'DONE'] },
  ),
  gemini(
    'sources',
    [{ text: 'SKY' }],
    {
      words: ['SKY'],
      also: { gemini: ['https://example.com/sky'] },
      lost: withoutField('groundingMetadata', notGemini),
    },
    {
      groundingMetadata: { groundingChunks: [{ web: { uri: 'https://example.com/sky', title: 'sky' } }] },
      citationMetadata: { citations: [{ startIndex: 0, endIndex: 3, uri: 'https://example.com/sky' }] },
    },
  ),
  gemini('empty and unknown parts', [{}, { text: '' }, { text: 'TEXT' }, { futureThing: { a: 1 } }, { text: '' }], {
    words: ['TEXT'],
    beyond: 'gemini',
    lost: withoutField('futureThing', notGemini),
  }),
  gemini(
    'calls without ids and arguments, between thoughts and texts',
    [
      { text: 'BEFORE' },
      { text: 'MULLING', thought: true },
      { functionCall: { name: 'CALL_A' } },
      { functionCall: { name: 'CALL_B', args: null, id: 'same' } },
      { functionCall: { name: 'CALL_C', args: { city: 'PARIS' }, id: 'same' } },
      { text: 'AFTER' },
    ],
    { words: ['BEFORE', 'CALL_A', 'CALL_B', 'CALL_C', 'PARIS', 'AFTER', 'MULLING'] },
  ),
  gemini('an unknown finish reason', [{ text: 'TEXT' }], { words: ['TEXT'] }, { finishReason: 'BRAND_NEW' }),
  {
    ...gemini('parts and candidates that are not in lists', [], { words: ['TEXT'] }),
    whole: { candidates: { content: { parts: { text: 'TEXT' } }, finishReason: 'STOP' } },
    frames: [
      { candidates: { content: { parts: { text: 'TEXT' } } } },
      { candidates: [{ content: null, finishReason: 'STOP' }] },
    ],
  },
  {
    name: 'several candidates, one without an index',
    upstream: 'vertex-gemini',
    whole: {
      candidates: [
        { content: { parts: [{ text: 'FIRST' }] }, finishReason: 'STOP' },
        { content: { parts: [{ text: 'SECOND' }] }, finishReason: 'STOP', index: 1 },
      ],
    },
    frames: [
      {
        candidates: [{ content: { parts: [{ text: 'FIR' }] } }, { content: { parts: [{ text: 'SECOND' }] }, index: 1 }],
      },
      { candidates: [{ content: { parts: [{ text: 'ST' }] }, finishReason: 'STOP' }] },
      { candidates: [{ finishReason: 'STOP', index: 1 }], usageMetadata },
    ],
    words: ['FIRST'],
  },
];
