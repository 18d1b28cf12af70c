/** The tokenizer's data and code, 2 MB: a module of its own because it is loaded when the first estimate needs it. */
export { countTokens, setMergeCacheSize } from 'gpt-tokenizer/encoding/o200k_base';
