import { toJsonBody } from '../../../lib/json-body.ts';
import type { DecodedRequest, RequestHead } from '../../dialect.ts';
import { decodeRequest } from '../decode-request.ts';

/** Creates a request's head. @param url percent-decoded, with the query */
export function headOf(url: string, headers: RequestHead['headers'] = {}, method = 'POST'): RequestHead {
  const [path = '', search = ''] = url.split('?');
  return { method, path, query: new URLSearchParams(search), headers };
}

/** @param body JSON text, or a value to serialize */
export function decodeBody(body: unknown, url = '/v1beta/models/m:generateContent'): DecodedRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return decodeRequest(toJsonBody(text), headOf(url));
}
