import { maskEmails } from '../../../ui/mask-emails.ts';
import type { Tone } from '../../../ui/state-dot.tsx';
import { placeOf, type TraceLayout } from './lay-out.ts';

/** CSS colours. */
export interface Palette {
  readonly back: string;
  readonly text: string;
  readonly dim: string;
  readonly line: string;
  readonly tones: Readonly<Record<Tone, string>>;
}

export interface TracePicture {
  readonly layout: TraceLayout;
  /** Describes the request: outcome, model, time. Account names are masked here, not by the caller. */
  readonly title: string;
  readonly subtitle: string;
  /** Per bar: name, description, figures. */
  readonly rows: readonly { readonly name: string; readonly about: string; readonly figures: string }[];
  readonly ticks: readonly string[];
  readonly footer: string;
  readonly palette: Palette;
}

const width = 960;
const margin = 28;
const namesWidth = 300;
const rowHeight = 54;
const top = 108;
const font =
  'system-ui, -apple-system, &quot;Segoe UI&quot;, Roboto, &quot;PingFang SC&quot;, &quot;Noto Sans CJK SC&quot;, sans-serif';

/** Draws the waterfall as a self-contained SVG for sharing. Emails are masked. */
export function drawTrace(picture: TracePicture): {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
} {
  const { layout, palette, rows } = picture;
  const height = top + layout.bars.length * rowHeight + 48;
  const trackStart = margin + namesWidth;
  const trackWidth = width - margin - trackStart;
  const x = (time: number) => trackStart + (placeOf(time, layout.end) / 100) * trackWidth;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${font}">`,
    `<rect width="${width}" height="${height}" fill="${palette.back}"/>`,
    text(margin, 42, picture.title, { size: 20, weight: 600, fill: palette.text }),
    text(margin, 66, picture.subtitle, { size: 13, fill: palette.dim }),
    ...layout.ticks.map((tick, index) => drawTick(x(tick), picture.ticks[index] ?? '', height, palette)),
    ...layout.bars.map((bar, index) => {
      const y = top + index * rowHeight;
      const row = rows[index] ?? { name: '', about: '', figures: '' };
      const end = Math.max(x(bar.start) + 3, x(bar.end));
      const isBeside = placeOf(bar.end, layout.end) < 60;
      return [
        `<line x1="${margin}" x2="${width - margin}" y1="${y}" y2="${y}" stroke="${palette.line}"/>`,
        text(margin, y + 22, shorten(maskEmails(row.name), 34), { size: 14, weight: 600, fill: palette.text }),
        text(margin, y + 40, shorten(maskEmails(row.about), 44), { size: 12, fill: palette.dim }),
        bar.waitedFrom < bar.start
          ? `<line x1="${x(bar.waitedFrom)}" x2="${x(bar.start)}" y1="${y + 18}" y2="${y + 18}" stroke="${palette.dim}" stroke-dasharray="4 4" stroke-width="2"/>`
          : '',
        `<rect x="${x(bar.start)}" y="${y + 11}" width="${end - x(bar.start)}" height="14" rx="3" fill="${palette.tones[bar.tone]}"/>`,
        bar.firstToken === null
          ? ''
          : `<rect x="${x(bar.start)}" y="${y + 11}" width="${x(bar.firstToken) - x(bar.start)}" height="14" rx="3" fill="${palette.back}" fill-opacity="0.45"/>`,
        text(isBeside ? end + 8 : end - 6, isBeside ? y + 22 : y + 42, maskEmails(row.figures), {
          size: 12,
          fill: palette.dim,
          anchor: isBeside ? 'start' : 'end',
        }),
        bar.failedOver ? drawArrow(x(bar.end), y + 25, y + rowHeight + 11, palette.dim) : '',
      ].join('');
    }),
    text(width - margin, height - 18, picture.footer, { size: 12, fill: palette.dim, anchor: 'end' }),
    '</svg>',
  ];
  return { svg: parts.join(''), width, height };
}

function drawTick(x: number, label: string, height: number, { line, dim }: Palette): string {
  return `<line x1="${x}" x2="${x}" y1="${top - 8}" y2="${height - 44}" stroke="${line}"/>${text(x, top - 14, label, { size: 11, fill: dim, anchor: 'middle' })}`;
}

function drawArrow(x: number, from: number, to: number, colour: string): string {
  return `<path d="M${x} ${from}V${to - 4}" stroke="${colour}" stroke-width="1.5" fill="none"/><path d="M${x - 4} ${to - 5}h8l-4 5z" fill="${colour}"/>`;
}

interface TextStyle {
  readonly size: number;
  readonly fill: string;
  readonly weight?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
}

function text(
  x: number,
  y: number,
  content: string,
  { size, fill, weight = 400, anchor = 'start' }: TextStyle,
): string {
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}">${escapeXml(content)}</text>`;
}

function shorten(content: string, length: number): string {
  return content.length <= length ? content : `${content.slice(0, length - 1)}…`;
}

function escapeXml(content: string): string {
  return (
    content
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      // Characters that XML does not allow.
      .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '�')
  );
}
