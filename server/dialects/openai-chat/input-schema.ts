import { z } from 'zod';
import { jsonObject, listOf } from '../schema-types.ts';
import { positiveInteger, sharedMembers } from './schema.ts';

/*
 * What is understood of the Responses API's request (OpenAI's `CreateResponse`) when a client sends it to Chat
 * Completions: messages, function calls and their results, in text and images.
 */

const textPart = z.looseObject({ type: z.enum(['input_text', 'output_text', 'text']), text: z.string() });
const imagePart = z.looseObject({
  type: z.literal('input_image'),
  image_url: z.string().min(1),
  detail: z.string().nullish(),
});
const refusalPart = z.looseObject({ type: z.literal('refusal'), refusal: z.string() });
const outputContent = z.union([z.string(), listOf(z.discriminatedUnion('type', [textPart, imagePart]))]);
const messageContent = z.union([
  z.string(),
  listOf(z.discriminatedUnion('type', [textPart, imagePart, refusalPart]), 1),
]);

const message = z.looseObject({
  type: z.literal('message'),
  role: z.enum(['user', 'assistant', 'system', 'developer']),
  content: messageContent,
});
export const inputItemSchema = z.discriminatedUnion('type', [
  message,
  z.looseObject({
    type: z.literal('function_call'),
    call_id: z.string().min(1),
    name: z.string().min(1),
    arguments: z.string(),
  }),
  z.looseObject({ type: z.literal('function_call_output'), call_id: z.string().min(1), output: outputContent }),
  z.looseObject({ type: z.literal('reasoning') }),
]);

export const inputRequestSchema = z.looseObject({
  ...sharedMembers,
  input: z.union([z.string(), z.array(z.unknown()).min(1)]),
  instructions: z.string().nullish(),
  max_output_tokens: positiveInteger.nullish(),
  reasoning: z.looseObject({ effort: z.string().nullish() }).nullish(),
  text: z.looseObject({ format: jsonObject.nullish(), verbosity: z.string().nullish() }).nullish(),
});

export type InputItem = z.infer<typeof inputItemSchema>;
export type InputMessage = z.infer<typeof message>;
export type InputContent = InputMessage['content'];
