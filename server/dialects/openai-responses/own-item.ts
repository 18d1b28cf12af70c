import type { VendorPart } from '../../conversation/message.ts';
import { placeOf, placePart } from '../../conversation/part-places.ts';
import type { ConversationRequest, VendorTool } from '../../conversation/request.ts';
import type { VendorData } from '../../conversation/vendor-data.ts';
import { isRecord, type JsonRecord, readArray, readText } from '../../lib/json.ts';
import { mapSame } from '../../lib/map-same.ts';
import { responsesName } from './name.ts';

/*
 * Tools that OpenAI's models know by their types, and their calls and results, are functions in the neutral language.
 * Their vendor data has them as this API writes them.
 */

/** The member of the vendor data. It only repeats what the neutral language has. */
export const ownItemMember = 'item';

export function ownItem(item: JsonRecord): { readonly vendor: VendorData } {
  return { vendor: { [responsesName]: { [ownItemMember]: item } } };
}

/** The tool, call or result as this API writes it; undefined for others. */
export function ownItemOf(vendor: VendorData | undefined): JsonRecord | undefined {
  const item = vendor?.[responsesName]?.[ownItemMember];
  return isRecord(item) ? item : undefined;
}

/**
 * Turns tools whose types a route refuses into functions. The vendor's own tools and items of refused types are marked
 * as those of no dialect, so that encoders leave them out, with a note.
 *
 * @param refusedMembers in the format of `RouteTarget.refusedMembers`
 * @returns the same request if there are none
 */
export function withoutRefusedItems(
  request: ConversationRequest,
  refusedMembers: ReadonlySet<string>,
): ConversationRequest {
  const types = refusedTypesIn(refusedMembers);
  if (types.size === 0) return request;
  const refusedTools = new Set([...types].map(toolOf));
  const tools = mapSame(request.tools, (tool) => {
    if (tool.type === 'vendor') return withoutOwner(tool, types);
    return refusedTools.has(tool.name) ? withoutItem(tool) : tool;
  });
  const messages = mapSame(request.messages, (message) => {
    const parts = mapSame(message.parts, (part) => {
      if (part.type === 'vendor') return placePart(withoutOwner(part, types), placeOf(part, 'input'));
      if (part.type !== 'tool-call' && part.type !== 'tool-result') return part;
      return refusedTools.has(toolOf(ownItemOf(part.vendor)?.type)) ? withoutItem(part) : part;
    });
    return parts === message.parts ? message : { ...message, parts };
  });
  return tools === request.tools && messages === request.messages ? request : { ...request, tools, messages };
}

/** @returns the same tool or part if its type is not refused */
function withoutOwner<Owned extends VendorTool | VendorPart>(owned: Owned, refused: ReadonlySet<unknown>): Owned {
  const isRefused = owned.dialect === responsesName && refused.has(owned.value.type);
  return isRefused ? { ...owned, dialect: 'none' } : owned;
}

const typeMarker = '.type=';

/** The types of tools and items among the refused members. */
function refusedTypesIn(refusedMembers: ReadonlySet<string>): ReadonlySet<string> {
  const types = new Set<string>();
  for (const path of refusedMembers) {
    const start = path.indexOf(typeMarker);
    if (start !== -1) types.add(path.slice(start + typeMarker.length));
  }
  return types;
}

/** True if the items of a body have one of a refused type, also one that the neutral language does not have. */
export function hasRefusedItem(input: unknown, refusedMembers: ReadonlySet<string>): boolean {
  const types = refusedTypesIn(refusedMembers);
  return types.size > 0 && readArray(input).some((item) => isRecord(item) && types.has(String(item.type)));
}

/** The type of the tool whose call or result an item of a type is. */
function toolOf(type: unknown): string | undefined {
  return readText(type)?.replace(/(?:_call)?(?:_output)?$/, '');
}

function withoutItem<Holder extends { readonly vendor?: VendorData }>(holder: Holder): Holder {
  if (ownItemOf(holder.vendor) === undefined) return holder;
  const { vendor: _item, ...rest } = holder;
  return rest as Holder;
}
