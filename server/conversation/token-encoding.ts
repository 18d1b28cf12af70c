/** The tokenizer's code and data (2 MB), in a separate module that is loaded by the first estimate. */
export { countTokens, setMergeCacheSize } from 'gpt-tokenizer/encoding/o200k_base';
