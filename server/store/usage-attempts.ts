import type { AttemptRecord, GivenUpUsage } from '../ledger/usage-record.ts';
import { parseJson, readArray } from '../lib/json.ts';
import type { NameRegister, NamesByRef } from './usage-names.ts';

/*
 * The attempts would make up most of a record. To save space, each is stored as an array instead of an object, with
 * names as numbers and the start relative to the record's: [credential, model, reason, start, duration, waited, status,
 * outcome, message, skipped: [credential, reason][], route, given up: [input, output, cost]]. Old records have no
 * route. `given up` is only present if an abandoned attempt had used tokens.
 */

/** @param startedAt start of the record */
export function packAttempts(attempts: readonly AttemptRecord[], startedAt: number, names: NameRegister): string {
  return JSON.stringify(
    attempts.map((attempt) => [
      names.refOf('credential', attempt.credentialId, attempt.credentialLabel),
      names.refOf('model', attempt.model, attempt.model),
      attempt.reason,
      attempt.startedAt - startedAt,
      attempt.milliseconds,
      attempt.waited,
      attempt.status,
      attempt.outcome,
      attempt.message ?? null,
      attempt.skipped.map(({ credentialId, credentialLabel, reason }) => [
        names.refOf('credential', credentialId, credentialLabel),
        reason,
      ]),
      attempt.route,
      ...(attempt.givenUp === undefined
        ? []
        : [[attempt.givenUp.inputTokens, attempt.givenUp.outputTokens, attempt.givenUp.cost]]),
    ]),
  );
}

/** The numbers of all names in packed attempts. */
export function refsOfAttempts(packed: string): number[] {
  return readArray(parseJson(packed)).flatMap((attempt) => {
    const [credential, model, , , , , , , , skipped] = readArray(attempt);
    return [credential, model, ...readArray(skipped).map((skip) => readArray(skip)[0])].map(Number);
  });
}

export function unpackAttempts(packed: string, startedAt: number, names: NamesByRef): AttemptRecord[] {
  const value = (ref: unknown) => names.get(Number(ref))?.value ?? '';
  const label = (ref: unknown) => names.get(Number(ref))?.label ?? '';
  return readArray(parseJson(packed)).map((attempt) => {
    const [credential, model, reason, start, milliseconds, waited, status, outcome, message, skipped, route, used] =
      readArray(attempt);
    return {
      credentialId: value(credential),
      credentialLabel: label(credential),
      model: value(model),
      route: typeof route === 'string' ? route : '',
      reason: String(reason),
      startedAt: startedAt + Number(start),
      milliseconds: Number(milliseconds),
      waited: Number(waited),
      status: typeof status === 'number' ? status : null,
      outcome: String(outcome),
      ...(typeof message === 'string' && { message }),
      ...(Array.isArray(used) && { givenUp: unpackUsage(used) }),
      skipped: readArray(skipped).map((skip) => {
        const [skippedCredential, why] = readArray(skip);
        return {
          credentialId: value(skippedCredential),
          credentialLabel: label(skippedCredential),
          reason: String(why),
        };
      }),
    };
  });
}

function unpackUsage([input, output, cost]: readonly unknown[]): GivenUpUsage {
  return {
    inputTokens: Number(input),
    outputTokens: Number(output),
    cost: typeof cost === 'number' ? cost : null,
  };
}
