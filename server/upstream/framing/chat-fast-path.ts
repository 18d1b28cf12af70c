import type { TextFastPath } from './text-fast-path.ts';

/** For routes that use or wrap OpenAI's chat dialect, where the frames of a stream differ only in their text. */
export const chatFastPath: TextFastPath = {
  aroundText: true,
  makeFrame: (index, content, finish, tokens) => ({
    choices: [{ index, message: { content }, finish_reason: finish }],
    usage: { prompt_tokens: tokens, completion_tokens: tokens },
  }),
};
