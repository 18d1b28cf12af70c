import { toDay } from './date-range/days.ts';

/** Local date as `2026-05-01`, or time as `2026-05-01 09:30:00`. */
export function toLocalText(at: number, withTime: boolean): string {
  const day = toDay(at);
  if (!withTime) return day;
  const [hours, minutes] = [new Date(at).getHours(), new Date(at).getMinutes()].map((value) =>
    String(value).padStart(2, '0'),
  );
  return `${day} ${hours}:${minutes}:00`;
}

/**
 * Parses such a text; a date means its local midnight. @returns milliseconds since the epoch; null for an empty text
 */
export function fromLocalText(text: string): number | null {
  if (text === '') return null;
  const [day = '', time = '00:00'] = text.split(' ');
  return new Date(`${day}T${time}`).getTime();
}
