import { z } from 'zod';
import { type JsonRecord, readArray, readRecord } from '../../server/lib/json.ts';
import { withoutUndefined } from '../../server/lib/without-undefined.ts';

/** An agent's next request. */
interface AgentRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonRecord;
}

/** An agent in a tool-call loop, in one dialect. It sets no cache breakpoints. */
interface Agent {
  /** @param key the client's */
  request(key: string): AgentRequest;
  /** Adds an answer and the results of its calls. @throws if it has no call */
  take(answer: JsonRecord, result: string): void;
}

export interface AgentTask {
  readonly model: string;
  readonly instructions: string;
  readonly tools: readonly { readonly name: string; readonly description: string }[];
  readonly question: string;
}

const parameters = { type: 'object', properties: { path: { type: 'string' } } } as const;
const some = z.array(z.unknown()).min(1);

function chatAgent({ model, instructions, tools, question }: AgentTask): Agent {
  const messages: unknown[] = [
    { role: 'system', content: instructions },
    { role: 'user', content: question },
  ];
  return {
    request: (key) => ({
      path: '/v1/chat/completions',
      headers: { authorization: `Bearer ${key}` },
      body: { model, messages, tools: tools.map((tool) => ({ type: 'function', function: { ...tool, parameters } })) },
    }),
    take(answer, result) {
      const { content, tool_calls: calls } = readRecord(readRecord(readArray(answer.choices)[0]).message);
      messages.push({ role: 'assistant', content, tool_calls: some.parse(calls) });
      for (const call of readArray(calls).map(readRecord)) {
        messages.push({ role: 'tool', tool_call_id: call.id, content: result });
      }
    },
  };
}

function messagesAgent({ model, instructions, tools, question }: AgentTask): Agent {
  const messages: unknown[] = [{ role: 'user', content: question }];
  return {
    request: (key) => ({
      path: '/v1/messages',
      headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
      body: {
        ...{ model, max_tokens: 1000, system: instructions, messages },
        tools: tools.map((tool) => ({ ...tool, input_schema: parameters })),
      },
    }),
    take({ content }, result) {
      const calls = readArray(content).filter((block) => readRecord(block).type === 'tool_use');
      messages.push({ role: 'assistant', content });
      const results = some.parse(calls).map((call) => ({
        ...{ type: 'tool_result', tool_use_id: readRecord(call).id, content: result },
      }));
      messages.push({ role: 'user', content: results });
    },
  };
}

function responsesAgent({ model, instructions, tools, question }: AgentTask): Agent {
  const input: unknown[] = [{ role: 'user', content: question }];
  return {
    request: (key) => ({
      path: '/v1/responses',
      headers: { authorization: `Bearer ${key}` },
      body: {
        ...{ model, instructions, input, store: false },
        tools: tools.map((tool) => ({ type: 'function', ...tool, parameters, strict: false })),
      },
    }),
    take({ output }, result) {
      const calls = readArray(output).filter((item) => readRecord(item).type === 'function_call');
      input.push(...readArray(output));
      for (const call of some.parse(calls)) {
        input.push({ type: 'function_call_output', call_id: readRecord(call).call_id, output: result });
      }
    },
  };
}

function geminiAgent({ model, instructions, tools, question }: AgentTask): Agent {
  const contents: unknown[] = [{ role: 'user', parts: [{ text: question }] }];
  return {
    request: (key) => ({
      path: `/v1beta/models/${encodeURIComponent(model)}:generateContent`,
      headers: { 'x-goog-api-key': key },
      body: {
        ...{ systemInstruction: { parts: [{ text: instructions }] }, contents },
        tools: [{ functionDeclarations: tools.map((tool) => ({ ...tool, parameters })) }],
      },
    }),
    take({ candidates }, result) {
      const content = readRecord(readRecord(readArray(candidates)[0]).content);
      const calls = readArray(content.parts).map((part) => readRecord(readRecord(part).functionCall));
      contents.push(content);
      const parts = some.parse(calls.filter(({ name }) => name !== undefined)).map((call) => {
        const { id, name } = readRecord(call);
        return { functionResponse: { ...withoutUndefined({ id }), name, response: { output: result } } };
      });
      contents.push({ role: 'user', parts });
    },
  };
}

export const agents = { chat: chatAgent, responses: responsesAgent, gemini: geminiAgent, messages: messagesAgent };
export type AgentName = keyof typeof agents;

export interface AgentsOptions {
  readonly origin: string | (() => string);
  readonly key: string;
  readonly model: string;
  readonly agent: AgentName;
  /** Number of concurrent conversations. */
  readonly conversations: number;
  /** Of each. */
  readonly turns: number;
  /** Called with each answer. */
  readonly onAnswer?: (answer: JsonRecord) => void;
  /** Called before each turn of each conversation. */
  readonly onTurn?: (turn: number) => Promise<void> | undefined | void;
}

const tools = ['read_file', 'write_file', 'search', 'run'].map((name) => ({
  name,
  description: `${name}: ${'takes a path and gives back what it found there, as text. '.repeat(12)}`,
}));
const instructions = 'You are an agent that works through a repository step by step and tells what it does. '.repeat(
  90,
);

/** @returns error messages */
export async function runAgents(options: AgentsOptions): Promise<string[]> {
  const { origin, key, model, agent, conversations, turns, onTurn, onAnswer } = options;
  const failures: string[] = [];
  const converse = async (conversation: number) => {
    const question = `Conversation ${conversation} of ${agent}: what does the repository do?`;
    const one = agents[agent]({ model, instructions, tools, question });
    for (let turn = 0; turn < turns; turn += 1) {
      await onTurn?.(turn);
      const { path, headers, body } = one.request(key);
      const response = await fetch(`${typeof origin === 'string' ? origin : origin()}${path}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      if (response.status !== 200) {
        failures.push(`${agent}, turn ${turn}: ${response.status} ${text.slice(0, 200)}`);
        return;
      }
      const result = `Result ${turn} of conversation ${conversation}: ${'some lines of a file '.repeat(30)}`;
      const answer = readRecord(JSON.parse(text));
      onAnswer?.(answer);
      one.take(answer, result);
    }
  };
  await Promise.all(Array.from({ length: conversations }, (_, index) => converse(index)));
  return failures;
}
