/** The local date of a time: `2026-05-06`. */
export function toDay(at: number): string {
  const date = new Date(at);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** The range from the first day's local midnight to the midnight after the last day; milliseconds since the epoch. */
export function fromDays(first: string, last: string): { readonly from: number; readonly to: number } {
  const [year = 0, month = 1, day = 1] = last.split('-').map(Number);
  const [firstYear = 0, firstMonth = 1, firstDay = 1] = first.split('-').map(Number);
  return {
    from: new Date(firstYear, firstMonth - 1, firstDay).getTime(),
    to: new Date(year, month - 1, day + 1).getTime(),
  };
}
