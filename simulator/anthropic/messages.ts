import { bedrockClaudeModel, vertexClaudeModel } from '../answer/models.ts';
import { invalidRequest } from '../answer/prompt.ts';
import { awsEventStreamWriter } from '../delivery/event-stream.ts';
import { createSseWriter } from '../delivery/sse-writer.ts';
import { applyRules } from '../refusal/rules.ts';
import { refused, streams, type Wire } from '../wire.ts';
import { encodeAnthropicFrames, pingFrame } from './frames.ts';
import { encodeMessage } from './message.ts';
import { readMessagesPrompt } from './prompt.ts';
import { readMessagesRequest } from './request.ts';
import { anthropicRules } from './rules/index.ts';

type Platform = {
  readonly route: 'vertex-anthropic' | 'bedrock-anthropic';
  readonly version: string;
  readonly streamMethod: string;
  readonly serves: RegExp;
  /** The platform's mark in ids. */
  readonly label: string;
};

/** Anthropic Messages in the formats of Vertex (`:rawPredict`, `:streamRawPredict`) and Bedrock (`invoke…`). */
export const anthropicWires: Readonly<Record<'vertex' | 'bedrock', Wire>> = {
  vertex: anthropicWire({
    route: 'vertex-anthropic',
    version: 'vertex-2023-10-16',
    streamMethod: 'streamRawPredict',
    serves: vertexClaudeModel,
    label: 'vrtx',
  }),
  bedrock: anthropicWire({
    route: 'bedrock-anthropic',
    version: 'bedrock-2023-05-31',
    streamMethod: 'invoke-with-response-stream',
    serves: bedrockClaudeModel,
    label: 'bdrk',
  }),
};

function anthropicWire({ route, version, streamMethod, serves, label }: Platform): Wire {
  return {
    name: route,
    errorFamily: 'anthropic',
    serves,
    locateModel: ({ pathParts }) => pathParts[0] ?? '',
    readPrompt: ({ body, pathParts }, model, behaviour) => {
      if (!Array.isArray(body.messages) || body.messages.length === 0) {
        return refused(invalidRequest('messages: at least one message is required'));
      }
      const request = readMessagesRequest(body, model, version, behaviour);
      const refusal = applyRules(anthropicRules, request, behaviour);
      return refusal === null
        ? { ok: true, prompt: readMessagesPrompt(request, pathParts[1] === streamMethod) }
        : refused(refusal);
    },
    encodeAnswer: (answer, prompt, behaviour) => {
      if (!streams(prompt, behaviour)) return { kind: 'json', body: encodeMessage(answer, behaviour, label) };
      const isBinary = route === 'bedrock-anthropic' && behaviour['bedrock-stream'] === 'aws';
      const writer = isBinary ? awsEventStreamWriter : createSseWriter(behaviour, false);
      return {
        kind: 'stream',
        frames: encodeAnthropicFrames(answer, behaviour, label),
        writer,
        keepAlive: writer.write(pingFrame, { index: 1, last: false }),
      };
    },
  };
}
