import { type VendorData, vendorMembersOf } from '../../conversation/vendor-data.ts';
import { isRecord, type JsonRecord, readArray, readRecord } from '../../lib/json.ts';

/*
 * Annotations of a text: its sources. OpenAI's two APIs have the same ones, in slightly different formats. The neutral
 * language carries those of the Responses API with the text block.
 */

/** The name under which a text block carries its annotations. */
export const annotationsName = 'openai-annotations';

export function toAnnotationData(annotations: readonly JsonRecord[]): VendorData | undefined {
  return annotations.length === 0 ? undefined : { [annotationsName]: { annotations } };
}

/** The annotations that a text block carries. */
export function annotationsOf(vendor: VendorData | undefined): readonly JsonRecord[] {
  return readArray(vendorMembersOf(vendor, annotationsName).annotations).filter(isRecord);
}

/** Reads the annotations of Chat Completions, whose citations have a member of their own. */
export function readChatAnnotations(value: unknown): readonly JsonRecord[] {
  return readArray(value)
    .filter(isRecord)
    .map(({ url_citation: citation, ...annotation }) =>
      isRecord(citation) ? { ...annotation, ...citation } : annotation,
    );
}

/** Encodes annotations for Chat Completions, which only has citations of URLs. */
export function toChatAnnotations(annotations: readonly JsonRecord[]): readonly JsonRecord[] {
  return annotations
    .filter(({ type, url }) => type === 'url_citation' && typeof url === 'string')
    .map(({ type, ...citation }) => ({
      type,
      url_citation: { start_index: 0, end_index: 0, title: '', ...readRecord(citation) },
    }));
}
