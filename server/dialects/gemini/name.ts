/** The dialect's name, under which its vendor data and proofs of reasoning stand. */
export const geminiName = 'gemini';
