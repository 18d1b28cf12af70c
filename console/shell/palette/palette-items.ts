import type { LinkProps } from '@tanstack/react-router';

/** An entry of the command palette. */
export interface PaletteItem {
  readonly id: string;
  readonly title: string;
  /** Additional search terms: other names, ids, the kind of entry. */
  readonly about: string;
  readonly link: Pick<LinkProps, 'to'> & {
    readonly params?: { readonly id: string };
    readonly search?: Readonly<Record<string, string | boolean>>;
  };
}

const maxShown = 12;

/** The items that match every typed word, with titles that start with the text first. */
export function findItems(items: readonly PaletteItem[], text: string): PaletteItem[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const scored = items.flatMap((item) => {
    const title = item.title.toLowerCase();
    const all = `${title} ${item.about.toLowerCase()}`;
    if (!words.every((word) => all.includes(word))) return [];
    const [first = ''] = words;
    return [{ item, rank: title.startsWith(first) ? 0 : title.includes(first) ? 1 : 2 }];
  });
  return scored
    .sort((a, b) => a.rank - b.rank)
    .slice(0, maxShown)
    .map(({ item }) => item);
}

/** Matches a complete request id (a UUID), as shown in errors and headers. A partial id cannot be opened. */
export function readRequestId(text: string): string | undefined {
  const trimmed = text.trim();
  return /^(?:req[_-])?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(trimmed) ? trimmed : undefined;
}
