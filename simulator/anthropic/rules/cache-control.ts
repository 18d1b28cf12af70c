import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { asArray, asRecord, asString, isRecord, type JsonRecord } from '../../json.ts';
import { firstRefusal } from '../../refusal/rules.ts';
import { blocksOf, type MessagesRequest } from '../request.ts';

const maxBreakpoints = 4;

/** A breakpoint's location as named by the vendor, and its value. */
type Place = { readonly where: string; readonly block: JsonRecord };

/** At most four breakpoints, each `{"type":"ephemeral"}` and nothing more, none on an empty text. */
export function checkCacheControl(request: MessagesRequest): Refusal | null {
  const marked = places(request).filter(({ block }) => isRecord(block.cache_control));
  const refusal = firstRefusal(marked, ({ where, block }) => {
    const { type, ...others } = asRecord(block.cache_control);
    const stray = Object.keys(others)[0];
    if (type !== 'ephemeral') return invalidRequest(`${where}.cache_control: Input should be 'ephemeral'`);
    if (stray !== undefined) {
      return invalidRequest(`${where}.cache_control.ephemeral.${stray}: Extra inputs are not permitted`, stray);
    }
    return block.type === 'text' && block.text === ''
      ? invalidRequest(`${where}: cache_control cannot be set for empty text blocks`)
      : null;
  });
  if (refusal !== null || marked.length <= maxBreakpoints) return refusal;
  return invalidRequest(
    `A maximum of ${maxBreakpoints} blocks with cache_control may be provided. Found ${marked.length}.`,
  );
}

function places({ body, messages, tools }: MessagesRequest): readonly Place[] {
  return [
    ...tools.map((block, index) => ({ where: `tools.${index}.${asString(block.type) || 'custom'}`, block })),
    ...asArray(body.system)
      .map(asRecord)
      .map((block, index) => ({ where: `system.${index}`, block })),
    ...messages.flatMap((message, index) =>
      blocksOf(message).flatMap((block, at) => {
        const where = `messages.${index}.content.${at}.${asString(block.type)}`;
        const inner = asArray(block.content).map(asRecord);
        return [
          { where, block },
          ...inner.map((held, place) => ({ where: `${where}.content.${place}.${asString(held.type)}`, block: held })),
        ];
      }),
    ),
  ];
}
