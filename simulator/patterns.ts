/** Whether the name matches one of the patterns, which are separated by `|` and may contain `*`. */
export function matchesAnyPattern(name: string, patterns: string): boolean {
  return patterns
    .split('|')
    .filter((pattern) => pattern !== '')
    .some((pattern) => {
      const expression = pattern.split('*').map((literal) => literal.replace(/[.+?^${}()[\]\\]/g, '\\$&'));
      return new RegExp(`^${expression.join('.*')}$`, 's').test(name);
    });
}
