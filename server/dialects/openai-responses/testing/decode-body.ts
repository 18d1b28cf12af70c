import { contextOf } from '../../../../test/support/request-context.ts';
import type { RecalledAnswers } from '../../../conversation/kept-answer.ts';
import { type JsonBody, toJsonBody } from '../../../lib/json-body.ts';
import type { DecodedRequest, RequestHead } from '../../dialect.ts';
import { decodeCompactRequest, decodeRequest } from '../decode-request.ts';

const head: RequestHead = { method: 'POST', path: '/v1/responses', query: new URLSearchParams(), headers: {} };

/** @param body the bytes, or a value to serialize */
export function decodeBody(body: unknown, recalled?: RecalledAnswers): DecodedRequest {
  return decodeRequest(toJson(body), head, contextOf(recalled));
}

export function decodeCompactBody(body: unknown, recalled?: RecalledAnswers): DecodedRequest {
  return decodeCompactRequest(toJson(body), head, contextOf(recalled));
}

function toJson(body: unknown): JsonBody {
  return toJsonBody(body instanceof Uint8Array ? body : JSON.stringify(body));
}
