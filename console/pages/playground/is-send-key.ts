import type { KeyboardEvent } from 'react';

/** Whether a key sends the message. While an input method is composing (中文), Enter confirms a word. */
export function isSendKey(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing;
}
