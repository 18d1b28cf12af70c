import { useEffect, useState } from 'react';
import type { PasswordStrength } from '../../../contract/password-strength.ts';
import { loadPart } from '../../load-part.ts';

type Estimator = typeof import('../../../contract/password-strength.ts');

/** The strength of a password while it is typed. */
export interface Strength {
  readonly score: PasswordStrength;
  /** Whether the gateway accepts it. */
  readonly isEnough: boolean;
}

/** Loads the estimator when typing starts. @returns undefined until it is loaded */
export function useStrength(password: string): Strength | undefined {
  const [estimator, setEstimator] = useState<Estimator>();
  const isNeeded = password !== '' && estimator === undefined;
  useEffect(() => {
    if (!isNeeded) return;
    let isCurrent = true;
    loadPart(() => import('../../../contract/password-strength.ts')).then(
      (loaded) => isCurrent && setEstimator(loaded),
      // Without the estimator, the meter stays empty and the gateway decides.
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [isNeeded]);
  if (estimator === undefined || password === '') return undefined;
  const score = estimator.measureStrength(password);
  return { score, isEnough: score >= estimator.requiredStrength };
}
