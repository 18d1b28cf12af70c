import type { ConversationRequest } from './request.ts';
import type { TranslationLog } from './translation.ts';
import type { VendorData } from './vendor-data.ts';

/**
 * Notes which vendor-specific members of a request do not reach the upstream because they belong to another dialect.
 *
 * @param dialect the dialect in which the request is encoded
 */
export function noteForeignData(request: ConversationRequest, dialect: string, notes: TranslationLog): void {
  const note = (vendor: VendorData | undefined, path: string) =>
    noteMembers(vendor, path, { dialect, notes, repeated: request.repeatedMembers ?? [] });
  note(request.vendor, '');
  for (const [index, message] of request.messages.entries()) {
    note(message.vendor, `messages[${index}].`);
    for (const part of message.parts) {
      if (part.type !== 'vendor') note(part.vendor, `messages[${index}].${part.type}.`);
    }
  }
  for (const [index, tool] of request.tools.entries()) {
    if (tool.type === 'function') note(tool.vendor, `tools[${index}].`);
  }
}

interface NoteContext {
  readonly dialect: string;
  readonly notes: TranslationLog;
  readonly repeated: readonly string[];
}

function noteMembers(vendor: VendorData | undefined, path: string, { dialect, notes, repeated }: NoteContext): void {
  if (vendor === undefined) return;
  for (const [owner, members] of Object.entries(vendor)) {
    if (owner === dialect) continue;
    for (const name of Object.keys(members)) {
      if (!repeated.includes(name)) notes.dropped(path + name, "The model's API has no field for it.");
    }
  }
}

/** Sets `repeatedMembers` to the names that occur in the request's vendor data. */
export function withRepeatedMembers(request: ConversationRequest, names: readonly string[]): ConversationRequest {
  const parts = request.messages.flatMap((message) => message.parts);
  const holders = [request, ...parts, ...request.tools].flatMap((holder) =>
    'vendor' in holder && holder.vendor !== undefined ? Object.values(holder.vendor) : [],
  );
  const repeatedMembers = names.filter((name) => holders.some((members) => Object.hasOwn(members, name)));
  return repeatedMembers.length === 0 ? request : { ...request, repeatedMembers };
}
