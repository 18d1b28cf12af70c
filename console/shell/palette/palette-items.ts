import type { LinkProps } from '@tanstack/react-router';

/** One line of the palette: somewhere to go. */
export interface PaletteItem {
  readonly id: string;
  readonly title: string;
  /** Also looked through: other names, ids, what kind of thing it is. */
  readonly about: string;
  readonly link: Pick<LinkProps, 'to'> & {
    readonly params?: { readonly id: string };
    readonly search?: Readonly<Record<string, string | boolean>>;
  };
}

const mostShown = 12;

/** The items that have every word that was typed, those whose title begins with it first. */
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
    .slice(0, mostShown)
    .map(({ item }) => item);
}

/** Ids of requests are UUIDs, as errors and headers show them; a part of one is not enough to open it. */
export function readRequestId(text: string): string | undefined {
  const trimmed = text.trim();
  return /^(?:req[_-])?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(trimmed) ? trimmed : undefined;
}
