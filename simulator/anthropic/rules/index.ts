import type { Rule } from '../../refusal/rules.ts';
import type { MessagesRequest } from '../request.ts';
import { checkCacheControl } from './cache-control.ts';
import { checkFailedResults, checkPrefill, checkSources, checkStringContent, checkTexts } from './content.ts';
import { checkMembers } from './members.ts';
import { checkSignatures, checkThinking, checkThinkingCompany, checkThinkingFirst } from './thinking.ts';
import { checkCalls, checkTools, checkToolUse } from './tools.ts';
import { checkMaximum, checkSampling, checkStop, checkUser, checkVersion } from './top.ts';
import { checkBlockRoles, checkPairs, checkRoles } from './turns.ts';

/** Anthropic's rules on its native routes, in its order: syntax first, then semantics. */
export const anthropicRules: readonly Rule<MessagesRequest>[] = [
  { name: 'version', check: checkVersion },
  { name: 'members', check: checkMembers },
  { name: 'max-tokens', check: checkMaximum },
  { name: 'sampling', check: checkSampling },
  { name: 'user', check: checkUser },
  { name: 'string-content', check: checkStringContent },
  { name: 'roles', check: checkRoles },
  { name: 'tools', check: checkTools },
  { name: 'tool-use', check: checkToolUse },
  { name: 'calls', check: checkCalls },
  { name: 'sources', check: checkSources },
  { name: 'stop', check: checkStop },
  { name: 'cache-control', check: checkCacheControl },
  { name: 'texts', check: checkTexts },
  { name: 'failed-results', check: checkFailedResults },
  { name: 'block-roles', check: checkBlockRoles },
  { name: 'pairs', check: checkPairs },
  { name: 'thinking', check: checkThinking },
  { name: 'thinking-company', check: checkThinkingCompany },
  { name: 'signatures', check: checkSignatures },
  { name: 'thinking-first', check: checkThinkingFirst },
  { name: 'prefill', check: checkPrefill },
];
