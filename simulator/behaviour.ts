import { isRecord } from './json.ts';
import type { Knob } from './knobs/kinds.ts';
import { type Behaviour, knobs, type Settings } from './knobs.ts';
import { presets } from './presets.ts';

export type { Behaviour, Settings } from './knobs.ts';

/** The parsed knobs, or an error message. */
export type SettingsReading =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problem: string };

const knobEntries: ReadonlyMap<string, Knob> = new Map(Object.entries(knobs));

/** Every knob at its initial value. */
export const initialBehaviour: Behaviour = Object.freeze(
  Object.fromEntries([...knobEntries].map(([name, knob]) => [name, knob.initial])) as Behaviour,
);

/** Merges layers of knobs; later ones win. */
export function mergeSettings(...layers: readonly Settings[]): Settings {
  return Object.assign({}, ...layers);
}

/** A complete behaviour: the initial one overridden by the given layers; later ones win. */
export function toBehaviour(settings: Settings): Behaviour {
  return { ...initialBehaviour, ...settings };
}

/** Reads knobs from a JSON object such as `{"status": 429}`; values may be strings or numbers. */
export function readSettingsObject(value: unknown, where: string): SettingsReading {
  if (!isRecord(value)) return { ok: false, problem: `${where}: expected an object of knobs` };
  const pairs = Object.entries(value).map(([name, held]): Pair => ({ name, value: held }));
  return readPairs(pairs, where);
}

/**
 * Reads knobs from a header or model suffix: `knob=value,knob=value`, or names of presets; values may be
 * percent-encoded.
 */
export function readSettingsText(written: string, where: string): SettingsReading {
  const words = written
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  return readPairs(
    words.map((word) => splitWord(word, '=')),
    where,
  );
}

/**
 * Reads knobs from the tags of an email address: `alice+429+pace_20@example.com`. A tag is a preset, a status, or
 * `knob_value` (`knob=value` works too, but many programs refuse `=` in an address).
 */
export function readEmailTags(email: string): SettingsReading {
  const local = email.slice(0, email.lastIndexOf('@'));
  const tags = local.split('+').slice(1);
  return readPairs(
    tags.map((tag) => splitWord(tag, tag.includes('=') ? '=' : '_')),
    `email ${email}`,
  );
}

type Pair = { readonly name: string; readonly value: unknown };

function splitWord(word: string, assign: string): Pair {
  const at = word.indexOf(assign);
  if (at === -1) return { name: word, value: undefined };
  return { name: word.slice(0, at), value: decodePercent(word.slice(at + 1)) };
}

function decodePercent(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}

function readPairs(pairs: readonly Pair[], where: string): SettingsReading {
  const settings: Record<string, string | number> = {};
  for (const { name, value } of pairs) {
    if (value === undefined) {
      const preset = findPreset(name);
      if (preset === undefined)
        return { ok: false, problem: `${where}: unknown preset or knob without value "${name}"` };
      Object.assign(settings, preset);
      continue;
    }
    const knob = knobEntries.get(name);
    if (knob === undefined) return { ok: false, problem: `${where}: unknown knob "${name}"` };
    const held = readKnob(knob, value);
    if (held === undefined) {
      return {
        ok: false,
        problem: `${where}: knob "${name}" cannot be "${String(value)}"; allowed: ${describeKnob(knob)}`,
      };
    }
    settings[name] = held;
  }
  return { ok: true, settings };
}

function findPreset(name: string): Settings | undefined {
  if (Object.hasOwn(presets, name)) return presets[name];
  if (/^[2-5]\d\d$/.test(name)) return { status: Number(name) };
  return undefined;
}

function readKnob(knob: Knob, value: unknown): string | number | undefined {
  const written = typeof value === 'number' ? String(value) : value;
  if (typeof written !== 'string') return undefined;
  switch (knob.kind) {
    case 'text':
      return written;
    case 'choice':
      return knob.values.find((allowed) => allowed === written);
    case 'number':
      return readNumber(written, knob.minimum, knob.maximum, knob.whole);
    case 'count-or-choice':
      return (
        knob.values.find((allowed) => allowed === written) ?? readNumber(written, 0, Number.MAX_SAFE_INTEGER, true)
      );
  }
}

function readNumber(written: string, minimum: number, maximum: number, whole: boolean): number | undefined {
  if (!/^\d+(\.\d+)?$/.test(written)) return undefined;
  const value = Number(written);
  if (value < minimum || value > maximum) return undefined;
  return whole && !Number.isInteger(value) ? undefined : value;
}

/** Describes the allowed values of a knob. */
export function describeKnob(knob: Knob): string {
  switch (knob.kind) {
    case 'text':
      return 'any text';
    case 'choice':
      return knob.values.join(' | ');
    case 'number':
      return `${knob.whole ? 'whole number' : 'number'} from ${knob.minimum} to ${knob.maximum}`;
    case 'count-or-choice':
      return ['whole number', ...knob.values].join(' | ');
  }
}
