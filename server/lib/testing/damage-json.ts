/** A copy of JSON with something else in one of its places. @param place any natural number; the places are counted round */
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
