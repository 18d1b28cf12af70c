/** The dialect's name: of its bodies, its vendor data and its proofs. */
export const anthropicMessages = 'anthropic-messages';
