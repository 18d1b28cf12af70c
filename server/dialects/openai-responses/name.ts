/** The dialect's name, under which its vendor data and proofs stand. */
export const responsesName = 'openai-responses';
