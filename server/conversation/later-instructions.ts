/**
 * Instructions that come after an answer, for vendors that take instructions only before all messages. They keep their
 * place in a user's turn: before all messages, each new one would change the beginning of the prompt, and no prompt cache
 * would hit. Claude Code marks its own reminders in this way.
 */
export function toReminder(instructions: string): string {
  if (instructions.includes('<system-reminder>')) return instructions;
  return `<system-reminder>\n${instructions}\n</system-reminder>`;
}
