import { z } from 'zod';
import { type RawNumber, toPlainNumber } from '../lib/exact-json.ts';
import { isRecord, type JsonRecord } from '../lib/json.ts';

/** A number, or one that keeps its original spelling (`1.0`, see `lib/exact-json`). */
export const wireNumber = z.preprocess(toPlainNumber, z.number());
export const wireInteger = z.preprocess(
  toPlainNumber,
  z.number().refine(Number.isInteger, { params: { expected: 'an integer' }, abort: true }),
);
/** An integer that is only passed on. It stays a raw number if JavaScript would round it. */
export const exactInteger = z.custom<number | RawNumber>((value) => Number.isInteger(toPlainNumber(value)), {
  params: { expected: 'an integer' },
});
export const jsonObject = z.custom<JsonRecord>(isRecord, { params: { expected: 'an object' } });

export const stringRecord = z.custom<Readonly<Record<string, string>>>((value) => isRecordOf(value, 'string'), {
  params: { expected: 'an object of strings' },
});
export const numberRecord = z.custom<Readonly<Record<string, number>>>((value) => isRecordOf(value, 'number'), {
  params: { expected: 'an object of numbers' },
});

function isRecordOf(value: unknown, type: 'string' | 'number'): boolean {
  return isRecord(value) && Object.values(value).every((member) => typeof toPlainNumber(member) === type);
}

/**
 * An array whose validation stops at the first invalid item. With `z.array`, a million invalid items give a million
 * issues.
 */
export function listOf<Item extends z.ZodType>(item: Item, minimum = 0) {
  return z
    .array(z.unknown())
    .min(minimum)
    .transform((values, context): readonly z.infer<Item>[] => {
      const items: z.infer<Item>[] = [];
      for (const [index, value] of values.entries()) {
        const parsed = item.safeParse(value);
        if (!parsed.success) {
          for (const issue of parsed.error.issues) {
            const path = [index, ...issue.path];
            context.issues.push({ ...issue, input: value, path } as z.core.$ZodRawIssue);
          }
          return z.NEVER;
        }
        items.push(parsed.data);
      }
      return items;
    });
}
