import { z } from 'zod';
import { findingAdvice, findingMessages } from './doctor-words.ts';
import { defineRoute } from './route.ts';

/** All checks, in the order in which they run. */
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
  /** The credential or route that the finding is about. */
  subject: z.string().optional(),
  state: z.enum(['good', 'warn', 'bad']),
  code: z.enum(codes),
  parameters: z.record(z.string(), z.string()),
});
export type Finding = z.infer<typeof finding>;

/** The English text of a finding and, if something needs to be done, advice. */
export function describeFinding({ code, parameters }: Finding): { message: string; advice?: string } {
  const fill = (words: string) => words.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => parameters[name] ?? '');
  const message = fill(findingMessages[code]);
  return hasAdvice(code) ? { message, advice: fill(findingAdvice[code]) } : { message };
}

export function hasAdvice(code: FindingCode): code is keyof typeof findingAdvice {
  return code in findingAdvice;
}

const findings = z.object({ findings: z.array(finding) });

export const doctorRoutes = {
  /** Runs all checks except those of the routes. */
  check: defineRoute({ method: 'POST', path: '/doctor', response: findings }),
  /** What a check of every route would send and cost; null if no credential can be used. */
  plan: defineRoute({
    method: 'GET',
    path: '/doctor/routes',
    response: z.object({
      plan: z
        .object({
          /** The credential's label. */
          credential: z.string(),
          requests: z.number().int().nonnegative(),
          /** US dollars at list price; null if unknown. */
          dollars: z.number().nonnegative().nullable(),
        })
        .nullable(),
    }),
  }),
  /** Checks each route with one small request. */
  checkRoutes: defineRoute({ method: 'POST', path: '/doctor/routes', response: findings }),
};
