import type { TextFastPath } from './text-fast-path.ts';

/** For routes that speak OpenAI's chat dialect, or wrap it: their frames are alike but for the text. */
export const chatFastPath: TextFastPath = {
  aroundText: true,
  makeFrame: (index, content, finish, tokens) => ({
    choices: [{ index, message: { content }, finish_reason: finish }],
    usage: { prompt_tokens: tokens, completion_tokens: tokens },
  }),
};
