/**
 * Members that a dialect has and the neutral language does not cover, by the dialect's name. They are kept with the
 * object they were found in. Only encoders of the same dialect write them; other encoders drop them with a note.
 */
export type VendorData = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The members of one dialect; an empty object if there are none. */
export function vendorMembersOf(vendor: VendorData | undefined, dialect: string): Readonly<Record<string, unknown>> {
  return vendor?.[dialect] ?? noMembers;
}

/** Vendor data of one dialect; undefined if there are no members, so that the field can be left out. */
export function toVendorData(dialect: string, members: Readonly<Record<string, unknown>>): VendorData | undefined {
  for (const _ in members) return { [dialect]: members };
  return undefined;
}

const noMembers: Readonly<Record<string, unknown>> = {};
