import fc from 'fast-check';

/*
 * Wire requests as clients send them, from plain to odd: with missing, null, redundant or unknown members.
 */

const text = fc.string({ unit: 'binary', maxLength: 10 });
const filled = fc.string({ minLength: 1, maxLength: 6 });

const textPart = fc.record({ type: fc.constant('text'), text }, { noNullPrototype: true });
const imagePart = fc.record(
  {
    type: fc.constant('image_url'),
    image_url: fc.record(
      { url: filled, detail: fc.constantFrom('auto', 'low', null) },
      { requiredKeys: ['url'], noNullPrototype: true },
    ),
  },
  { noNullPrototype: true },
);
const oddPart = fc.constantFrom(
  { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } },
  { type: 'text', text: 'a', citations: [] },
  { type: 'image_url', image_url: 'data:,' },
  { type: 'video_url', video_url: { url: 'data:,' } },
  { type: 'refusal', refusal: 'no' },
  { type: 'input_audio', input_audio: {} },
  { type: 'text' },
  7,
);
const content = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 3, arbitrary: fc.array(fc.oneof({ weight: 4, arbitrary: textPart }, imagePart), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(fc.oneof(textPart, oddPart), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(null, 7, {}) },
);
const toolCall = fc.record(
  {
    id: fc.constantFrom('a', 'b'),
    type: fc.constantFrom('function', 'function', 'function', null, 'custom'),
    function: fc.record(
      { name: filled, arguments: fc.constantFrom('{}', '{"a":1}', '', null, { a: 1 }) },
      { requiredKeys: ['name'], noNullPrototype: true },
    ),
    index: fc.constant(0),
  },
  { requiredKeys: ['id', 'type', 'function'], noNullPrototype: true },
);
const oddMembers = fc.record(
  {
    name: fc.constantFrom('n', null, 7),
    refusal: fc.constantFrom(null, 'no'),
    parsed: fc.constant(null),
    cache_control: fc.constant({ type: 'ephemeral' }),
    zzz: fc.constantFrom(null, 1),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const plainish = fc.oneof(
  fc.record({ role: fc.constantFrom('system', 'developer', 'user', 'assistant'), content }, { noNullPrototype: true }),
  fc.record(
    {
      role: fc.constant('assistant'),
      content: fc.oneof(content, fc.constant(null)),
      tool_calls: fc.array(toolCall, { maxLength: 2 }),
    },
    { requiredKeys: ['role', 'tool_calls'], noNullPrototype: true },
  ),
  fc.record(
    { role: fc.constant('tool'), tool_call_id: fc.constantFrom('a', 'b', ''), content },
    { noNullPrototype: true },
  ),
  fc.record(
    { role: fc.constantFrom('function', 'other'), name: filled, content: fc.oneof(text, fc.constant(null)) },
    { noNullPrototype: true },
  ),
);

/** One message, valid or not. */
export const arbitraryMessage: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: plainish },
  { weight: 1, arbitrary: fc.tuple(plainish, oddMembers).map(([message, odd]) => ({ ...message, ...odd })) },
);

const parameters = fc.constantFrom(
  { type: 'object', properties: { a: { type: 'string' } } },
  { $schema: 'x', type: 'object' },
  { $defs: { a: { type: 'string' } }, properties: { a: { $ref: '#/$defs/a' } } },
  {},
  null,
  7,
);
/** One tool, valid or not. */
export const arbitraryTool: fc.Arbitrary<unknown> = fc.record(
  {
    type: fc.constantFrom('function', 'function', 'function', 'custom'),
    function: fc.record(
      {
        name: fc.constantFrom('f', 'g'),
        description: fc.constantFrom('d', '', null),
        parameters,
        strict: fc.constantFrom(true, false, null),
        zzz: fc.constant(1),
      },
      { requiredKeys: ['name'], noNullPrototype: true },
    ),
    name: fc.constant('f'),
  },
  { requiredKeys: ['type', 'function'], noNullPrototype: true },
);

/** A typical turn: valid, and mostly plain. */
const validTurn: fc.Arbitrary<unknown[]> = fc.oneof(
  fc
    .record({ role: fc.constantFrom('system', 'developer', 'user'), content: text }, { noNullPrototype: true })
    .map(one),
  fc.record({ role: fc.constant('assistant'), content: filled }, { noNullPrototype: true }).map(one),
  fc
    .array(fc.oneof(textPart, imagePart), { minLength: 1, maxLength: 3 })
    .map((parts) => [{ role: 'user', content: parts }]),
  fc.uniqueArray(filled, { minLength: 1, maxLength: 3 }).map((ids) => [
    {
      role: 'assistant',
      content: null,
      tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } })),
    },
    ...ids.map((id) => ({ role: 'tool', tool_call_id: id, content: id })),
  ]),
);

function one(message: unknown): unknown[] {
  return [message];
}

const conversation = fc
  .array(fc.oneof({ weight: 12, arbitrary: validTurn }, { weight: 1, arbitrary: arbitraryMessage.map(one) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((turns) => turns.flat());

const validTool = fc.constantFrom('f', 'g').map((name) => ({ type: 'function', function: { name, parameters: {} } }));
const tools = fc.array(fc.oneof({ weight: 8, arbitrary: validTool }, { weight: 1, arbitrary: arbitraryTool }), {
  maxLength: 2,
});

const optionalMembers = fc.record(
  {
    stream: fc.constantFrom(true, false, null),
    temperature: fc.constantFrom(0, 1, 0.7, null),
    max_tokens: fc.constantFrom(5, null),
    max_completion_tokens: fc.constantFrom(5, 6),
    stop: fc.constantFrom('a', ['a'], [], null),
    n: fc.constantFrom(1, 2, null),
    tools,
    tool_choice: fc.constantFrom(
      'auto',
      'none',
      'required',
      { type: 'function', function: { name: 'f' } },
      { type: 'function', name: 'f' },
      {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] },
      },
    ),
    parallel_tool_calls: fc.constantFrom(true, false),
    response_format: fc.constantFrom(
      { type: 'text' },
      { type: 'json_object' },
      { type: 'json_schema', json_schema: { name: 's', schema: {}, strict: null } },
    ),
    seed: fc.constantFrom(1, 9e18),
    user: fc.constant('u'),
    logit_bias: fc.constantFrom({ 5: 1 }, null),
    stream_options: fc.constantFrom({ include_usage: true }, null),
    zzz: fc.jsonValue(),
    ' "model" ': fc.constant('model'),
  },
  { noNullPrototype: true },
);
const requiredMembers = fc.record(
  { messages: conversation, model: fc.constantFrom('m', 'a"b\\c', '模型') },
  { noNullPrototype: true },
);

/** A complete request, valid or not, with some optional members in any order. */
export const arbitraryRequest: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc
  .tuple(requiredMembers, optionalMembers)
  .chain(([required, optional]) =>
    fc
      .shuffledSubarray(Object.entries(optional), { maxLength: 5 })
      .chain((chosen) => {
        const entries: [string, unknown][] = [...Object.entries(required), ...chosen];
        return fc.shuffledSubarray(entries, { minLength: entries.length });
      })
      .map((entries): Readonly<Record<string, unknown>> => Object.fromEntries(entries)),
  );

/** JSON text of a value, with optional white space and unnecessary escapes. */
export function arbitraryJsonText(value: unknown): fc.Arbitrary<string> {
  const space = fc.constantFrom('', '', ' ', '\n\t', '\r');
  return fc.infiniteStream(fc.tuple(space, fc.nat({ max: 19 }))).map((stream) => {
    const next = (): [string, number] => stream.next().value ?? ['', 0];
    const literal = (content: string): string => {
      const json = JSON.stringify(content);
      if (next()[1] !== 1) return json;
      return json.replace(/[a-z]/, (letter, offset: number) =>
        json[offset - 1] === '\\' ? letter : `\\u00${letter.charCodeAt(0).toString(16)}`,
      );
    };
    const write = (node: unknown): string => {
      const [before] = next();
      const [after] = next();
      if (typeof node === 'string') return before + literal(node) + after;
      if (Array.isArray(node)) return `${before}[${node.length === 0 ? after : node.map(write).join(',')}]${after}`;
      if (typeof node !== 'object' || node === null) return before + JSON.stringify(node) + after;
      const members = Object.entries(node).map(
        ([key, member]) => `${next()[0]}${literal(key)}${next()[0]}:${write(member)}`,
      );
      return `${before}{${members.length === 0 ? after : members.join(',')}}${after}`;
    };
    return write(value);
  });
}
