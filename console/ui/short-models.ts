/** Matches a date at the end of a model id: the part before it, the date, and a version after it. */
const date = /[@-]20\d{6}(?=$|-v\d)/;
const version = /-v\d+(:\d+)?$/;

/** Short model names, without vendor, date and version if the names stay unique. */
export function shortenModels(ids: readonly string[]): ReadonlyMap<string, string> {
  const forms = [
    (id: string) =>
      id
        .slice(id.indexOf(':') + 1)
        .replace(date, '')
        .replace(version, ''),
    (id: string) => id.slice(id.indexOf(':') + 1),
    (id: string) => id,
  ];
  return new Map(
    ids.map((id) => {
      const form = forms.find((shorten) => ids.every((other) => other === id || shorten(other) !== shorten(id)));
      return [id, form?.(id) ?? id];
    }),
  );
}
