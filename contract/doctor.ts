import { z } from 'zod';
import { findingAdvice, findingMessages } from './doctor-words.ts';
import { defineRoute } from './route.ts';

/** What is looked at, in this order. */
export const checks = [
  'folder',
  'secret-key',
  'port',
  'proxy',
  'name',
  'origin',
  'clock',
  'database',
  'account',
  'credits',
  'site',
  'route',
] as const;

export type FindingCode = keyof typeof findingMessages;
const codes = Object.keys(findingMessages) as [FindingCode, ...FindingCode[]];

export const finding = z.object({
  check: z.enum(checks),
  /** Whose: a credential's name, a route's. */
  subject: z.string().optional(),
  state: z.enum(['good', 'warn', 'bad']),
  code: z.enum(codes),
  parameters: z.record(z.string(), z.string()),
});
export type Finding = z.infer<typeof finding>;

/** A finding in English: one line, and what to do; absent where nothing is to be done. */
export function wordFinding({ code, parameters }: Finding): { message: string; advice?: string } {
  const fill = (words: string) => words.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => parameters[name] ?? '');
  const message = fill(findingMessages[code]);
  return hasAdvice(code) ? { message, advice: fill(findingAdvice[code]) } : { message };
}

export function hasAdvice(code: FindingCode): code is keyof typeof findingAdvice {
  return code in findingAdvice;
}

const findings = z.object({ findings: z.array(finding) });

export const doctorRoutes = {
  /** Everything but the routes. */
  check: defineRoute({ method: 'POST', path: '/doctor', response: findings }),
  /** What trying each route once would take; null when there is no credential to do it with. */
  plan: defineRoute({
    method: 'GET',
    path: '/doctor/routes',
    response: z.object({
      plan: z
        .object({
          /** The credential's name. */
          credential: z.string(),
          requests: z.number().int().nonnegative(),
          /** US dollars at list price; null when not known. */
          dollars: z.number().nonnegative().nullable(),
        })
        .nullable(),
    }),
  }),
  /** Tries each route by one small request. */
  checkRoutes: defineRoute({ method: 'POST', path: '/doctor/routes', response: findings }),
};
