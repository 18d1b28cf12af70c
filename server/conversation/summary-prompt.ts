/** Asks a model for the summary that replaces a conversation. */
export const summaryInstructions = [
  'You are summarising a conversation so that it can go on without its earlier messages.',
  'Keep everything that is needed to go on: what the user wants, decisions and their reasons, facts found, names and',
  'paths, what was changed, what was tried and failed, the state of the work, and what comes next.',
  'Write the summary only. Call no tools.',
].join(' ');
