import type { BlockStart, ConversationEvent } from '../conversation/events.ts';
import type { VendorData } from '../conversation/vendor-data.ts';

/** What answers of an API can contain. */
export interface AnswerScope {
  /** The names under which the API's encoders find members of their own. */
  readonly own: readonly string[];
  /** Kinds of blocks that the API has no field for. */
  readonly lacks?: readonly BlockStart['kind'][];
}

/**
 * Creates a function that names the part of an event that clients of an API do not get. It names content only: usage
 * and other statistics of a vendor do not count as a loss.
 */
export function createLossReader({ own, lacks = [] }: AnswerScope): (event: ConversationEvent) => string | undefined {
  const isForeign = (dialect: string) => !own.includes(dialect);
  return (event) => {
    switch (event.type) {
      case 'block-start': {
        const isLost = lacks.includes(event.kind) || (event.kind === 'vendor' && isForeign(event.dialect));
        if (!isLost) return undefined;
        return event.kind === 'vendor' ? nameOf(event.value) : event.kind;
      }
      case 'vendor-delta':
        return isForeign(event.dialect) ? nameOf(event.value) : undefined;
      case 'block-end':
      case 'finish':
        return event.vendor === undefined ? undefined : sourceIn(event.vendor, isForeign);
      default:
        return undefined;
    }
  };
}

/** The type of a block, or else the name of its first member. */
function nameOf(value: Readonly<Record<string, unknown>>): string {
  return typeof value.type === 'string' ? value.type : (Object.keys(value)[0] ?? 'content');
}

/** Members that name the sources of an answer. */
const sourceMembers: ReadonlySet<string> = new Set([
  'annotations',
  'groundingMetadata',
  'citationMetadata',
  'urlContextMetadata',
]);

function sourceIn(vendor: VendorData, isForeign: (dialect: string) => boolean): string | undefined {
  for (const [dialect, members] of Object.entries(vendor)) {
    const name = isForeign(dialect) ? Object.keys(members).find((each) => sourceMembers.has(each)) : undefined;
    if (name !== undefined) return name;
  }
  return undefined;
}
