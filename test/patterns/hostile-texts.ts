import { type AST, RegExpParser, visitRegExpAST } from '@eslint-community/regexpp';
import { check } from 'recheck';

/** Creates a worst-case text of about this many characters for a pattern. */
export type HostileText = (length: number) => string;

/** Time limit per pattern in milliseconds; beyond it, only the pumps below are used. */
const checkTimeout = 300;
/** Above this number of repetitions, they are tried one after another. */
const many = 16;
/** Sample characters of every kind that a pattern may distinguish. */
const candidates = [...'a0-_. \t\n:=/+"\\<[@\u00e9\u2028', 'A'];
const mostOfAClass = 5;

/** Texts that pump every repetition of a pattern, and the worst attack found by a checker (recheck). */
export async function hostileTexts(pattern: RegExp): Promise<HostileText[]> {
  return [...(await worstOfChecker(pattern)), ...pumpRepetitions(pattern)];
}

async function worstOfChecker({ source, flags }: RegExp): Promise<HostileText[]> {
  const found = await check(source, flags, { timeout: checkTimeout });
  if (found.status !== 'vulnerable') return [];
  const { pumps, suffix } = found.attack;
  return [
    (length) => {
      const room = length / pumps.length;
      const pumped = pumps.map(({ prefix, pump }) => prefix + pump.repeat(Math.ceil(room / pump.length)));
      return pumped.join('') + suffix;
    },
  ];
}

function pumpRepetitions(pattern: RegExp): HostileText[] {
  const texts = new Map<string, HostileText>();
  const add = (before: string, repeated: string) => {
    if (repeated === '') return;
    // The end matches no part of the pattern, which forces backtracking.
    texts.set(JSON.stringify([before, repeated]), (length) => {
      return `${before}${repeated.repeat(Math.ceil(length / repeated.length))}\u0000`;
    });
  };
  visitRegExpAST(new RegExpParser().parseLiteral(String(pattern)), {
    onQuantifierEnter(node) {
      if (node.max < many) return;
      const before = sampleBefore(node, pattern);
      for (const sample of samples(node.element, pattern)) {
        add(before, sample);
        add('', before + sample.repeat(Math.max(1, node.min)));
      }
    },
  });
  return [...texts.values()];
}

/** A text that matches up to this node. */
function sampleBefore(node: AST.Node, pattern: RegExp): string {
  const { parent } = node;
  if (parent === null) return '';
  const before = parent.type === 'Alternative' ? parent.elements.filter(({ end }) => end <= node.start) : [];
  return sampleBefore(parent, pattern) + before.map((element) => sample(element, pattern)).join('');
}

const sample = (element: AST.Element, pattern: RegExp): string => samples(element, pattern)[0] ?? '';

/** Texts that match an element, one of each kind. */
function samples(element: AST.Element, pattern: RegExp): string[] {
  switch (element.type) {
    case 'Character':
      return [String.fromCodePoint(element.value)];
    case 'CharacterClass':
    case 'CharacterSet':
    case 'ExpressionCharacterClass': {
      const alone = new RegExp(`^${element.raw}$`, pattern.flags.replace('g', ''));
      return candidates.filter((character) => alone.test(character)).slice(0, mostOfAClass);
    }
    case 'Group':
    case 'CapturingGroup':
      return element.alternatives.map(({ elements }) => elements.map((inner) => sample(inner, pattern)).join(''));
    case 'Quantifier':
      return [sample(element.element, pattern).repeat(element.min)];
    case 'Backreference':
      return [element.resolved].flat().map((group) => sample(group, pattern));
    case 'Assertion':
      return [''];
  }
}
