import type { JsonRecord } from '../lib/json.ts';
import { mapSubschemas } from '../lib/map-subschemas.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import type { AnswerTransform } from './answer-transform.ts';
import type { JsonSchema } from './request.ts';
import { createTextsTransform, type TextTransform } from './transform-texts.ts';

/*
 * Some models can only answer with a JSON object. If the client wants another JSON value, the model is asked for an
 * object with that value as its only member, and the value is extracted from the answer.
 */

/** True for a schema that does not need to be wrapped: an object without combinators at the top level. */
export function isObjectSchema(schema: JsonSchema): boolean {
  if (schema.type !== 'object') return false;
  return ['anyOf', 'oneOf', 'allOf'].every((keyword) => schema[keyword] === undefined);
}

/** Wraps a schema into that of an object with one member, `value`. */
export function wrapAnswerSchema(schema: JsonSchema): JsonSchema {
  const { $schema: _, $defs, definitions, ...rest } = schema;
  const shared = withoutUndefined({ $defs, definitions });
  return {
    type: 'object',
    properties: { value: moveReferences(rest) },
    required: ['value'],
    additionalProperties: false,
    ...moveReferences(shared),
  };
}

/** Adjusts references to the root, which is nested now. Definitions stay at the root. */
function moveReferences(schema: JsonRecord): JsonRecord {
  const moved = mapSubschemas(schema, moveReferences);
  const { $ref } = moved;
  if (typeof $ref !== 'string' || !/^#(?:$|\/(?!(?:\$defs|definitions)\/))/.test($ref)) return moved;
  return { ...moved, $ref: `#/properties/value${$ref.slice(1)}` };
}

/**
 * Extracts the value from objects as described by `wrapAnswerSchema`. Texts that do not begin like such an object stay
 * as they are.
 */
export function createAnswerUnwrapper(): AnswerTransform {
  return createTextsTransform(() => new WrappedText());
}

const opening = /^\s*\{\s*"value"\s*:/;
const mayBecomeOpening = /^\s*(?:\{\s*(?:"(?:v(?:a(?:l(?:ue?)?)?)?)?|"value"\s*)?)?$/;
/** In characters. A text with more white space before the value is not treated as such an object. */
const maxOpeningLength = 200;

class WrappedText implements TextTransform {
  #state: 'opening' | 'inside' | 'plain' = 'opening';
  /** While inside: a brace that closes the object if only white space follows, and that white space. */
  #held = '';

  transformPiece(piece: string): string {
    if (this.#state === 'plain') return piece;
    return this.#state === 'inside' ? this.#takeInside(piece) : this.#takeOpening(piece);
  }

  end(): string {
    return this.#state === 'inside' ? '' : this.#held;
  }

  #takeOpening(piece: string): string {
    const text = this.#held + piece;
    this.#held = '';
    const found = opening.exec(text);
    if (found !== null) {
      this.#state = 'inside';
      return this.#takeInside(text.slice(found[0].length));
    }
    if (text.length <= maxOpeningLength && mayBecomeOpening.test(text)) {
      this.#held = text;
      return '';
    }
    this.#state = 'plain';
    return text;
  }

  #takeInside(piece: string): string {
    const end = piece.trimEnd().length;
    if (end === 0) {
      if (this.#held === '') return piece;
      this.#held += piece;
      return '';
    }
    const closes = piece[end - 1] === '}';
    const released = this.#held + (closes ? piece.slice(0, end - 1) : piece);
    this.#held = closes ? piece.slice(end - 1) : '';
    return released;
  }
}
