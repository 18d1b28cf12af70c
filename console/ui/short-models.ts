/** A date at the end of a model's id, with what stands before and a version after it. */
const date = /[@-]20\d{6}(?=$|-v\d)/;
const version = /-v\d+(:\d+)?$/;

/** Names of models for where there is little room: without vendor, date and version, as long as they stay different. */
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
