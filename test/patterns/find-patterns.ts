import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { isRecord } from '../../server/lib/json.ts';

export interface FoundPattern {
  /** `server/lib/redact.ts: /a+/g`. */
  readonly name: string;
  readonly pattern: RegExp;
}

const root = join(import.meta.dirname, '../..');

/**
 * Finds every regular expression in production code: all literals in the syntax trees of these folders, except tests.
 *
 * @throws Error for an expression built at run time, because it cannot be tested here
 */
export function findPatterns(folders: readonly string[]): FoundPattern[] {
  const files = globSync(
    folders.map((folder) => `${folder}/**/*.ts`),
    { cwd: root },
  ).filter((file) => !/\.test\.ts$|\/testing\//.test(file));
  return files.sort().flatMap((file) => {
    const tree: unknown = parseSync(readFileSync(join(root, file), 'utf8'), { syntax: 'typescript' });
    return collect(tree, file);
  });
}

function collect(node: unknown, file: string): FoundPattern[] {
  if (Array.isArray(node)) return node.flatMap((child: unknown) => collect(child, file));
  if (!isRecord(node)) return [];
  if (isMadeAtRunTime(node)) throw new Error(`${file} makes a regular expression at run time: write it as a literal.`);
  const found = node.type === 'RegExpLiteral' ? [describe(file, String(node.pattern), String(node.flags))] : [];
  return [...found, ...Object.values(node).flatMap((child) => collect(child, file))];
}

function isMadeAtRunTime({ type, callee }: Readonly<Record<string, unknown>>): boolean {
  return (type === 'NewExpression' || type === 'CallExpression') && isRecord(callee) && callee.value === 'RegExp';
}

function describe(file: string, source: string, flags: string): FoundPattern {
  return { name: `${file}: /${source}/${flags}`, pattern: new RegExp(source, flags) };
}
