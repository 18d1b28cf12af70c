import { type CoolDownRule, coolDownRules, coolDownTime } from './cool-down.ts';
import type { CoolingCause, ModelHealth, Slot } from './slot.ts';

const MAX_MODELS = 64;

/** Why one model of a credential is out for a while. */
export interface ModelTrouble {
  readonly model: string;
  readonly cause: CoolingCause;
  readonly message: string;
  /** What the upstream named. */
  readonly retryAfterSeconds: number | undefined;
  /** Number of the failed grant. */
  readonly sequence: number;
  /** Number of the latest grant so far: all up to it belong to this incident. */
  readonly latest: number;
  readonly now: number;
  /** 0 to 1. */
  readonly random: number;
}

/** Takes one model out, for longer each time. @returns whether anything changed */
export function coolModel(slot: Slot, trouble: ModelTrouble): boolean {
  const { model, cause, message, retryAfterSeconds, sequence, latest, now, random } = trouble;
  const rule: CoolDownRule = coolDownRules[cause];
  const time = rule.modelTime ?? rule.time;
  if (time === undefined) return false;
  const known = slot.models.get(model);
  const sameIncident = known !== undefined && sequence <= known.failedSequence;
  if (sameIncident && retryAfterSeconds === undefined) return false;
  const strikes = known === undefined ? 0 : known.strikes - (sameIncident ? 1 : 0);
  const until = now + coolDownTime(time, rule, strikes, retryAfterSeconds, random);
  if (known === undefined) makeRoom(slot.models);
  slot.models.set(model, {
    cause,
    until: sameIncident ? Math.max(until, known.until) : until,
    message,
    strikes: strikes + 1,
    failedSequence: latest,
  });
  return true;
}

/** The model answered well. @returns whether anything changed */
export function healModel(models: Map<string, ModelHealth>, model: string, sequence: number): boolean {
  const known = models.get(model);
  return known !== undefined && sequence > known.failedSequence && models.delete(model);
}

/** Drops the model whose block ends first when there are too many. */
function makeRoom(models: Map<string, ModelHealth>): void {
  if (models.size < MAX_MODELS) return;
  let first: string | undefined;
  let until = Number.POSITIVE_INFINITY;
  for (const [name, model] of models) {
    if (model.until < until) {
      first = name;
      until = model.until;
    }
  }
  if (first !== undefined) models.delete(first);
}
