import { Buffer } from 'node:buffer';
import { contextOf } from '../../../../test/support/request-context.ts';
import type { RecalledAnswers } from '../../../conversation/kept-answer.ts';
import type { DecodedRequest, RequestHead } from '../../dialect.ts';
import { decodeCompactRequest, decodeRequest } from '../decode-request.ts';

const head: RequestHead = { method: 'POST', path: '/v1/responses', query: new URLSearchParams(), headers: {} };

/** @param body the bytes, or a value to serialize */
export function decodeBody(body: unknown, recalled?: RecalledAnswers): DecodedRequest {
  return decodeRequest(toBytes(body), head, contextOf(recalled));
}

export function decodeCompactBody(body: unknown, recalled?: RecalledAnswers): DecodedRequest {
  return decodeCompactRequest(toBytes(body), head, contextOf(recalled));
}

function toBytes(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
}
