import type { ConversationRequest } from '../../../conversation/request.ts';
import { toJsonBody } from '../../../lib/json-body.ts';
import type { DecodedRequest } from '../../dialect.ts';
import { decodeRequest } from '../decode-request.ts';

/** A request with all texts decoded. */
export type WholeRequest = Omit<DecodedRequest, 'request'> & { readonly request: ConversationRequest };

/** @param body JSON text, or a value to serialize */
export function decodeBody(body: unknown): WholeRequest {
  const decoded = decodeRequest(toJsonBody(typeof body === 'string' ? body : JSON.stringify(body)));
  return { ...decoded, request: decoded.request() };
}
