/** A knob that takes one of a closed list of words. */
type ChoiceKnob<Value extends string> = {
  readonly kind: 'choice';
  readonly values: readonly Value[];
  readonly initial: Value;
};

/** A knob that takes a number within bounds; `whole` ones refuse fractions. */
type NumberKnob = {
  readonly kind: 'number';
  readonly minimum: number;
  readonly maximum: number;
  readonly whole: boolean;
  readonly initial: number;
};

/** A knob that takes a count or one of a closed list of words. */
type CountOrChoiceKnob<Value extends string> = {
  readonly kind: 'count-or-choice';
  readonly values: readonly Value[];
  readonly initial: Value | number;
};

/** A knob that takes any text. */
type TextKnob = { readonly kind: 'text'; readonly initial: string };

export type Knob = ChoiceKnob<string> | NumberKnob | CountOrChoiceKnob<string> | TextKnob;

/** The type of the value that a knob holds. */
export type KnobValue<Declared extends Knob> =
  Declared extends ChoiceKnob<infer Value>
    ? Value
    : Declared extends NumberKnob
      ? number
      : Declared extends CountOrChoiceKnob<infer Value>
        ? Value | number
        : string;

const maxCount = 1_000_000_000;

/** A knob of words; the first is the initial value. */
export function choice<const Values extends readonly [string, ...string[]]>(
  ...values: Values
): ChoiceKnob<Values[number]> {
  return { kind: 'choice', values, initial: values[0] };
}

export function whole(initial: number, minimum = 0, maximum = maxCount): NumberKnob {
  return { kind: 'number', minimum, maximum, whole: true, initial };
}

export function decimal(initial: number, minimum = 0, maximum = maxCount): NumberKnob {
  return { kind: 'number', minimum, maximum, whole: false, initial };
}

export function countOr<const Values extends readonly string[]>(
  initial: Values[number] | number,
  ...values: Values
): CountOrChoiceKnob<Values[number]> {
  return { kind: 'count-or-choice', values, initial };
}

export function text(initial = ''): TextKnob {
  return { kind: 'text', initial };
}
