/** The dialect's name, under which its vendor data stands. */
export const chatName = 'openai-chat';
