/** Every client API that the gateway speaks. */
export { openaiChat } from './openai-chat/index.ts';
export { encodeModel, encodeModelList } from './openai-chat/models.ts';
