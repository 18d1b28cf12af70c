import type { Failure } from '../../conversation/failure.ts';

/** OpenAI's words for an image that it cannot read. Codex takes the images out of its conversation when it reads them. */
const imageWords = 'The image data you provided does not represent a valid image';

/** The failure's message, after OpenAI's own words where clients act on them. */
export function explainFailure({ reason, message }: Failure): string {
  return reason === 'unreadable-image' && !message.includes(imageWords) ? `${imageWords}: ${message}` : message;
}
