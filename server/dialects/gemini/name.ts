/** The dialect's name, which also marks its vendor data and proofs. */
export const geminiName = 'gemini';
