import type { Health } from './health.ts';

const dots: Readonly<Record<Health['level'], string | null>> = {
  good: null,
  empty: null,
  scarce: '#e8a23d',
  'not-shared': '#e8a23d',
  dry: '#e03131',
  'not-stored': '#e03131',
  unreachable: '#868e96',
};

/** The logo with a dot in the health's colour in its corner, as a data URL. */
export function drawTabIcon(level: Health['level']): string {
  const dot = dots[level];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#4a59d9"/><path d="M8 22 16 8l8 14" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/><circle cx="16" cy="21" r="2.4" fill="#fff"/>${dot === null ? '' : `<circle cx="24" cy="24" r="8" fill="${dot}" stroke="#fff" stroke-width="2"/>`}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
