/** The dialect's name, which is also the key of its vendor data. */
export const chatName = 'openai-chat';
