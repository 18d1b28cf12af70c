import type { ConversationRequest } from '../../conversation/request.ts';
import type { VendorData } from '../../conversation/vendor-data.ts';
import { isRecord, type JsonRecord, readText } from '../../lib/json.ts';
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
 * Makes functions of the tools whose types a route refuses.
 *
 * @param refusedMembers in the format of `RouteTarget.refusedMembers`
 * @returns the same request if there are none
 */
export function withoutRefusedItems(
  request: ConversationRequest,
  refusedMembers: ReadonlySet<string>,
): ConversationRequest {
  const refused = new Set([...refusedMembers].map((path) => /\.type=(\w+?)(?:_call(?:_output)?)?$/.exec(path)?.[1]));
  if (refused.size === 0) return request;
  const tools = mapSame(request.tools, (tool) =>
    tool.type === 'function' && refused.has(tool.name) ? withoutItem(tool) : tool,
  );
  const messages = mapSame(request.messages, (message) => {
    const parts = mapSame(message.parts, (part) => {
      if (part.type !== 'tool-call' && part.type !== 'tool-result') return part;
      return refused.has(toolOf(ownItemOf(part.vendor))) ? withoutItem(part) : part;
    });
    return parts === message.parts ? message : { ...message, parts };
  });
  return tools === request.tools && messages === request.messages ? request : { ...request, tools, messages };
}

function toolOf(item: JsonRecord | undefined): string | undefined {
  return readText(item?.type)?.replace(/_call(?:_output)?$/, '');
}

function withoutItem<Holder extends { readonly vendor?: VendorData }>(holder: Holder): Holder {
  if (ownItemOf(holder.vendor) === undefined) return holder;
  const { vendor: _item, ...rest } = holder;
  return rest as Holder;
}
