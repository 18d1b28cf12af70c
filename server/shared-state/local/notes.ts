import type { Clock } from '../../lib/clock.ts';
import type { Notes } from '../shared-state.ts';

/** Beyond it, the oldest is forgotten. */
const capacity = 10_000;

export function createLocalNotes(clock: Clock): Notes {
  const notes = new Map<string, { readonly text: string; readonly until: number }>();
  return {
    async write(texts, milliseconds) {
      const until = clock() + milliseconds;
      for (const [name, text] of texts) {
        // Deleted and set again, it is the youngest.
        notes.delete(name);
        const [oldest] = notes.keys();
        if (notes.size >= capacity && oldest !== undefined) notes.delete(oldest);
        notes.set(name, { text, until });
      }
    },
    async read(name) {
      const note = notes.get(name);
      if (note === undefined || note.until > clock()) return note?.text;
      notes.delete(name);
      return undefined;
    },
    async erase(name) {
      notes.delete(name);
    },
  };
}
