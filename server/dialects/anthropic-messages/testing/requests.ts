import { Buffer } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { toJsonBody } from '../../../lib/json-body.ts';
import type { DecodedRequest, RequestHead } from '../../dialect.ts';
import { decodeRequest } from '../decode-request.ts';

export function headOf(path = '/v1/messages', headers: IncomingHttpHeaders = {}, query = ''): RequestHead {
  return { method: 'POST', path, query: new URLSearchParams(query), headers };
}

export function toBody(value: unknown): Uint8Array {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value), 'utf8');
}

/** Decodes a minimal body with the given members. A string is used as the whole body. */
export function decodeBody(body: object | string, headers: IncomingHttpHeaders = {}): DecodedRequest {
  const minimal = { model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };
  return decodeRequest(
    toJsonBody(toBody(typeof body === 'string' ? body : { ...minimal, ...body })),
    headOf('/v1/messages', headers),
  );
}
