import type { ConversationRequest } from './request.ts';
import type { TranslationLog } from './translation.ts';
import type { VendorData } from './vendor-data.ts';

/**
 * Notes which vendor-specific members of a request do not reach the upstream because they belong to another dialect.
 *
 * @param dialect the dialect in which the request is encoded
 */
export function noteForeignData(request: ConversationRequest, dialect: string, notes: TranslationLog): void {
  noteMembers(request.vendor, dialect, '', notes);
  for (const [index, message] of request.messages.entries()) {
    noteMembers(message.vendor, dialect, `messages[${index}].`, notes);
    for (const part of message.parts) {
      if (part.type !== 'vendor') noteMembers(part.vendor, dialect, `messages[${index}].${part.type}.`, notes);
    }
  }
  for (const [index, tool] of request.tools.entries()) {
    if (tool.type === 'function') noteMembers(tool.vendor, dialect, `tools[${index}].`, notes);
  }
}

function noteMembers(vendor: VendorData | undefined, dialect: string, path: string, notes: TranslationLog): void {
  if (vendor === undefined) return;
  for (const [owner, members] of Object.entries(vendor)) {
    if (owner === dialect) continue;
    for (const name of Object.keys(members)) notes.dropped(path + name, "The model's API has no field for it.");
  }
}
