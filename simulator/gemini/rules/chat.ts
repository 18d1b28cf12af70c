import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { openProof } from '../../answer/proofs.ts';
import { asArray, asRecord, asString, type JsonRecord } from '../../json.ts';
import type { ChatRequest } from '../../openai/chat-request.ts';
import { firstRefusal, type Rule, rejectedNames } from '../../refusal/rules.ts';
import { findSchemaFaults } from '../fields.ts';
import { signatureSentinels, thinkingOf } from '../models.ts';
import { missingSignature, signedText } from './signatures.ts';

/** Google's rules on its OpenAI-compatible route, in the order of its checks. */
export const geminiChatRules: readonly Rule<ChatRequest>[] = [
  { name: 'members', check: checkMembers },
  { name: 'roles', check: checkRoles },
  { name: 'schemas', check: checkSchemas },
  { name: 'effort', check: checkEffort },
  { name: 'pairs', check: ({ messages }) => checkPairs(messages) },
  { name: 'signatures', check: ({ messages }) => checkSignatures(messages) },
  { name: 'missing-signatures', check: checkMissingSignatures },
];

const bodyMembers = new Set([
  ...['model', 'messages', 'audio', 'frequency_penalty', 'logprobs', 'max_completion_tokens', 'max_tokens'],
  ...['modalities', 'n', 'parallel_tool_calls', 'presence_penalty', 'reasoning_effort', 'response_format', 'seed'],
  ...['stop', 'stream', 'stream_options', 'temperature', 'tool_choice', 'tools', 'top_logprobs', 'top_p', 'user'],
  ...['extra_body', 'functions', 'function_call'],
]);
const messageMembers = new Set(['role', 'content', 'name', 'tool_calls', 'tool_call_id', 'refusal', 'extra_content']);
const toolMembers = new Set(['type', 'function']);
const functionMembers = new Set(['name', 'description', 'parameters', 'strict']);

function checkMembers({ body, messages, tools, behaviour }: ChatRequest): Refusal | null {
  const rejected = rejectedNames(behaviour);
  const stray = (value: JsonRecord, members: ReadonlySet<string>, path: string): Refusal | null => {
    const name = Object.keys(value).find((member) => !members.has(member) || rejected.has(member));
    if (name === undefined) return null;
    const place = path === '' ? '' : ` at '${path}'`;
    return invalidRequest(`Invalid JSON payload received. Unknown name "${name}"${place}: Cannot find field.`);
  };
  return (
    stray(body, bodyMembers, '') ??
    firstRefusal(messages, (message, index) => stray(message, messageMembers, `messages[${index}]`)) ??
    firstRefusal(
      tools,
      (tool, index) =>
        stray(tool, toolMembers, `tools[${index}]`) ??
        stray(asRecord(tool.function), functionMembers, `tools[${index}].function`),
    )
  );
}

const roles = new Set<unknown>(['system', 'user', 'assistant', 'tool']);

function checkRoles({ messages }: ChatRequest): Refusal | null {
  const wrong = messages.find(({ role }) => !roles.has(role));
  return wrong === undefined
    ? null
    : invalidRequest(`Please use a valid role: system, user, assistant, tool. Got ${String(wrong.role)}.`);
}

/** The parameters of functions are Gemini's own schemas. */
function checkSchemas({ tools, behaviour }: ChatRequest): Refusal | null {
  return firstRefusal(tools, (tool, index) => {
    const { parameters } = asRecord(tool.function);
    if (parameters === undefined) return null;
    const faults = findSchemaFaults(parameters, `tools[${index}].function.parameters`, rejectedNames(behaviour));
    return faults.length === 0 ? null : invalidRequest(faults.join('\n'));
  });
}

const efforts = new Set<unknown>(['none', 'minimal', 'low', 'medium', 'high']);

function checkEffort({ body }: ChatRequest): Refusal | null {
  const { reasoning_effort: effort } = body;
  if (effort === undefined || effort === null || efforts.has(effort)) return null;
  return invalidRequest(
    `Invalid reasoning_effort: ${String(effort)}. Supported values: none, minimal, low, medium, high.`,
  );
}

/** Each call needs exactly one result, directly after the turn with the calls. */
function checkPairs(messages: readonly JsonRecord[]): Refusal | null {
  let open: string[] = [];
  for (const message of [...messages, { role: 'end' }]) {
    const { role, tool_call_id: id, tool_calls: calls }: JsonRecord = message;
    if (role === 'tool') {
      const at = open.indexOf(asString(id));
      if (at === -1) {
        return invalidRequest(
          'Please ensure that function response turn comes immediately after a function call turn.',
        );
      }
      open.splice(at, 1);
      continue;
    }
    if (open.length > 0) {
      return invalidRequest(
        'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
      );
    }
    open = asArray(calls).map((call) => asString(asRecord(call).id));
  }
  return null;
}

function signatureOf(call: JsonRecord): unknown {
  return asRecord(asRecord(call.extra_content).google).thought_signature;
}

function callsOf(message: JsonRecord): readonly JsonRecord[] {
  return asArray(message.tool_calls).map(asRecord);
}

function checkSignatures(messages: readonly JsonRecord[]): Refusal | null {
  return firstRefusal(messages.flatMap(callsOf), (call) => {
    const signature = signatureOf(call);
    if (signature === undefined || signatureSentinels.has(signature)) return null;
    const proof = openProof(asString(signature));
    return proof?.kind === 'google' && proof.matches(signedText(call.function))
      ? null
      : invalidRequest('Corrupted thought signature.');
  });
}

/** As on the native route: checks the first call of each step since the last user message. */
function checkMissingSignatures({ messages, model }: ChatRequest): Refusal | null {
  if (!thinkingOf(model).needsSignatures) return null;
  const lastWords = messages.findLastIndex(({ role }) => role === 'user');
  return firstRefusal(messages, (message, index) => {
    const first = index > lastWords ? callsOf(message)[0] : undefined;
    if (first === undefined || signatureOf(first) !== undefined) return null;
    return missingSignature(asRecord(first.function).name, index);
  });
}
