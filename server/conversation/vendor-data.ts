/**
 * Members that one dialect knows and the neutral language does not, by the dialect's name: they stay where they were found.
 * Only the same dialect writes them again; the others note that they are dropped.
 */
export type VendorData = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The members that a dialect left there for itself; none when it left nothing. */
export function vendorMembersOf(vendor: VendorData | undefined, dialect: string): Readonly<Record<string, unknown>> {
  return vendor?.[dialect] ?? noMembers;
}

/** Vendor data of one dialect; undefined when there is nothing to keep, so that the field can be left out. */
export function toVendorData(dialect: string, members: Readonly<Record<string, unknown>>): VendorData | undefined {
  for (const _ in members) return { [dialect]: members };
  return undefined;
}

const noMembers: Readonly<Record<string, unknown>> = {};
