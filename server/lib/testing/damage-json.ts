/**
 * Copies JSON and replaces the value in one place. @param place any natural number; wraps around the number of places
 */
export function damageJson(body: object, place: number, replacement: unknown): object {
  const copy: object = JSON.parse(JSON.stringify(body));
  const places: { readonly holder: object; readonly name: string }[] = [];
  const visit = (holder: unknown): void => {
    if (typeof holder !== 'object' || holder === null) return;
    for (const name of Object.keys(holder)) {
      places.push({ holder, name });
      visit(Reflect.get(holder, name));
    }
  };
  visit(copy);
  const chosen = places[place % places.length];
  if (chosen !== undefined) Reflect.set(chosen.holder, chosen.name, replacement);
  return copy;
}
