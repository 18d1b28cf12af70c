import { invalidRequest, type Refusal } from '../../answer/prompt.ts';
import { type Rule, rejectedNames } from '../../refusal/rules.ts';
import { findFieldFaults } from '../fields.ts';
import type { GeminiRequest } from '../request.ts';
import { checkCallOrder, checkParts, checkRoles } from './contents.ts';
import { checkSchemas } from './schemas.ts';
import { checkSettings, checkThinking } from './settings.ts';
import { checkMissingSignatures, checkSignatures } from './signatures.ts';
import { checkDeclarations, checkFunctionCalling } from './tools.ts';

/** Gemini's rules on its native route, in the order of its checks. */
export const geminiRules: readonly Rule<GeminiRequest>[] = [
  { name: 'members', check: checkMembers },
  { name: 'roles', check: checkRoles },
  { name: 'parts', check: checkParts },
  { name: 'tools', check: checkDeclarations },
  { name: 'schemas', check: checkSchemas },
  { name: 'tool-use', check: checkFunctionCalling },
  { name: 'settings', check: checkSettings },
  { name: 'thinking', check: checkThinking },
  { name: 'pairs', check: checkCallOrder },
  { name: 'signatures', check: checkSignatures },
  { name: 'missing-signatures', check: checkMissingSignatures },
];

/** Refuses unknown fields. */
function checkMembers({ body, behaviour }: GeminiRequest): Refusal | null {
  const faults = findFieldFaults(body, rejectedNames(behaviour));
  return faults.length === 0 ? null : invalidRequest(faults.join('\n'));
}
