/**
 * What all endpoints share: the list envelope, list queries, roles, times and names.
 *
 * A value that is not known is null, never 0. Lists name the moment their values were collected (`asOf`)
 * and whether that is longer ago than two rounds (`stale`).
 */
import { z } from 'zod';

export const listLimitDefault = 100;
export const listLimitMax = 1_000;

export const roleSchema = z.enum(['viewer', 'operator', 'admin']);
export type Role = z.infer<typeof roleSchema>;

/** ISO 8601 in UTC, as Date.toISOString writes it. */
export const isoTimeSchema = z.iso.datetime();

const latestMs = 8_640_000_000_000_000;
/** A time in a query, in epoch milliseconds once it is read. */
export const momentSchema = z
  .string()
  .transform((text, context) => {
    const milliseconds = /^\d{1,16}$/.test(text) ? Number(text) : Date.parse(text);
    if (Number.isFinite(milliseconds) && milliseconds <= latestMs) return milliseconds;
    context.addIssue({ code: 'custom', message: 'is neither milliseconds since 1970 nor an ISO 8601 time' });
    return z.NEVER;
  })
  .describe('milliseconds since 1970, or an ISO 8601 time');

/** A cluster's id: `local` for the bundled one, `kafka` for AQUILA_BOOTSTRAP, else its alias. */
export const clusterIdSchema = z.string().min(1).max(100);

/** Names that people give to things: shown in one line, and written into headers of mails. */
export const oneLineSchema = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'must not hold control characters');

/** Kafka's own rule for topic names (org.apache.kafka.common.internals.Topic). */
export const newTopicNameSchema = z
  .string()
  .regex(/^[a-zA-Z0-9._-]{1,249}$/, 'use 1 to 249 of the characters a-z A-Z 0-9 . _ -')
  .refine((name) => name !== '.' && name !== '..', 'cannot be "." or ".."');

export const freshnessSchema = z.object({
  asOf: isoTimeSchema,
  stale: z.boolean(),
});
export type Freshness = z.infer<typeof freshnessSchema>;

export function listSchema<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    total: z.number().int().min(0),
    asOf: isoTimeSchema,
    stale: z.boolean(),
    nextCursor: z.string().nullable(),
  });
}

export interface List<Item> {
  items: Item[];
  total: number;
  asOf: string;
  stale: boolean;
  nextCursor: string | null;
}

/** `limit` above the maximum is taken as the maximum. `sort` is checked against the fields of each list. */
export function listQuerySchema<Field extends string>(sortFields: readonly [Field, ...Field[]]) {
  const sortValues = sortFields.flatMap((field) => [field, `-${field}` as const]) as [Field | `-${Field}`];
  return z.object({
    search: z.string().max(249).optional(),
    sort: z.enum(sortValues).optional(),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .transform((limit) => Math.min(limit, listLimitMax))
      .default(listLimitDefault),
    cursor: z.string().max(500).optional(),
  });
}

export interface ListQuery {
  search?: string | undefined;
  sort?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}
