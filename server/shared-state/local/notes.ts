import type { Clock } from '../../lib/clock.ts';
import type { Notes } from '../shared-state.ts';

/** Maximum number of notes; the oldest is evicted first. */
const capacity = 10_000;

export function createLocalNotes(clock: Clock): Notes {
  const notes = new Map<string, { readonly text: string; readonly until: number }>();
  return {
    async write(texts, milliseconds) {
      const until = clock() + milliseconds;
      for (const [name, text] of texts) {
        // Re-inserting moves the entry to the end of the eviction order.
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
