/**
 * Records of a topic: what was looked for, what was found, and how far was looked. Keys, values and headers are text where their
 * bytes are text, else base64; they may be cut, and then their true sizes say so. Offsets and times are Kafka's own numbers.
 */
import { z } from 'zod';
import { isoTimeSchema } from './envelope.ts';
import { messagesLimitDefault, messagesLimitMax, shownBytesMax } from './limits.ts';

export const shownBytesDefault = 16 * 1024;
const latestMs = 8_640_000_000_000_000;

/** Where reading begins. */
export type MessagesFrom =
  | { readonly at: 'newest' | 'oldest' }
  | { readonly at: 'offset'; readonly offset: number }
  | { readonly at: 'time'; readonly timeMs: number };

const fromSchema = z
  .string()
  .transform((text, context): MessagesFrom => {
    if (text === 'newest' || text === 'oldest') return { at: text };
    const offset = /^offset:(\d{1,16})$/.exec(text)?.[1];
    if (offset !== undefined && Number.isSafeInteger(Number(offset)))
      return { at: 'offset', offset: Number(offset) };
    const time = /^time:(.+)$/.exec(text)?.[1];
    const timeMs = time === undefined ? NaN : /^\d{1,16}$/.test(time) ? Number(time) : Date.parse(time);
    if (timeMs >= 0 && timeMs <= latestMs) return { at: 'time', timeMs };
    context.addIssue({
      code: 'custom',
      message: 'use newest, oldest, offset:N, or time: with milliseconds since 1970 or an ISO 8601 time',
    });
    return z.NEVER;
  })
  .describe('newest, oldest, offset:N or time:T');

export const isolationSchema = z.enum(['read_uncommitted', 'read_committed']);

const partitionQuery = z.coerce.number().int().min(0).max(2_147_483_647).optional();
const filterQuery = z
  .string()
  .max(1_000)
  .default('')
  .describe('for example: value.order.id = 7 and not header.retry; see docs/messages.md');
const shownBytesQuery = z.coerce
  .number()
  .int()
  .min(0)
  .transform((bytes) => Math.min(bytes, shownBytesMax))
  .default(shownBytesDefault)
  .describe('bytes shown of each key, value and header; what is longer is cut');

export const messagesQuerySchema = z.object({
  partition: partitionQuery.describe('all partitions without it'),
  from: fromSchema.default({ at: 'newest' }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .transform((limit) => Math.min(limit, messagesLimitMax))
    .default(messagesLimitDefault),
  filter: filterQuery,
  isolation: isolationSchema.default('read_uncommitted'),
  shownBytes: shownBytesQuery,
  cursor: z.string().max(20_000).optional().describe('nextCursor of the answer before, with the same query'),
});
export type MessagesQuery = z.infer<typeof messagesQuerySchema>;

const encodingSchema = z.enum(['text', 'base64']);

export const messageSchema = z
  .object({
    partition: z.number().int(),
    offset: z.number().int(),
    timestamp: z.number().nullable().describe('milliseconds since 1970; null in records without a time'),
    key: z.string().nullable(),
    keyEncoding: encodingSchema,
    keySizeBytes: z.number().int().describe('of all of it; 0 without a key'),
    value: z.string().nullable(),
    valueEncoding: encodingSchema,
    valueSizeBytes: z.number().int(),
    headers: z.array(
      z.object({
        key: z.string(),
        value: z.string().nullable(),
        valueEncoding: encodingSchema,
        valueSizeBytes: z.number().int(),
      }),
    ),
    sizeBytes: z.number().int().describe('key, value and headers together'),
    isCut: z.boolean().describe('key, value or a header is longer than what is shown'),
  })
  .meta({ id: 'Message' });
export type Message = z.infer<typeof messageSchema>;

export const scannedSchema = z
  .object({
    partitions: z
      .array(
        z.object({
          partition: z.number().int(),
          from: z.number().int().describe('first offset that was looked at'),
          to: z.number().int().describe('the offset behind the last one'),
          startOffset: z.number().int().describe('of the log'),
          endOffset: z.number().int().describe('of the log; with read_committed the last stable offset'),
        }),
      )
      .describe('the whole stretch of offsets that was looked at in each partition'),
    records: z.number().int(),
    bytes: z.number().int().describe('as they are stored'),
    seconds: z.number(),
    stoppedBy: z
      .enum(['end', 'limit', 'bytes', 'time'])
      .describe(
        'end: all of it was read; limit: enough was found; bytes, time: as much as one request may take',
      ),
    controlBatches: z.number().int().describe('markers of transactions, which are no messages'),
    abortedBatches: z.number().int().describe('left out by read_committed'),
    unreadable: z.array(
      z.object({ partition: z.number().int(), offset: z.number().int(), reason: z.string() }),
    ),
    unanswered: z.array(z.object({ partition: z.number().int(), reason: z.string() })),
  })
  .meta({ id: 'Scanned' });
export type Scanned = z.infer<typeof scannedSchema>;

export const messagesSchema = z
  .object({
    items: z.array(messageSchema),
    order: z.enum(['newest-first', 'oldest-first']),
    scanned: scannedSchema,
    nextCursor: z.string().nullable().describe('what comes behind these; null when there is nothing'),
    asOf: isoTimeSchema,
  })
  .meta({ id: 'Messages' });
export type Messages = z.infer<typeof messagesSchema>;

export const tailQuerySchema = z.object({
  partition: partitionQuery,
  filter: filterQuery,
  isolation: isolationSchema.default('read_uncommitted'),
  shownBytes: shownBytesQuery,
});
export type TailQuery = z.infer<typeof tailQuerySchema>;

export const tailEventSchema = z
  .object({
    items: z.array(messageSchema),
    records: z.number().int().describe('looked at since the event before'),
    left: z.number().int().describe('passed the filter, but were too many to be sent'),
    unanswered: z.array(z.object({ partition: z.number().int(), reason: z.string() })),
    asOf: isoTimeSchema,
  })
  .meta({ id: 'TailEvent' });
export type TailEvent = z.infer<typeof tailEventSchema>;

/** At most what a request to the console may hold; the broker's own limit may be lower. */
export const produceMessageSchema = z.strictObject({
  key: z.string().nullable().default(null),
  keyEncoding: encodingSchema.default('text'),
  value: z.string().nullable().default(null).describe('null is a tombstone'),
  valueEncoding: encodingSchema.default('text'),
  headers: z
    .array(
      z.strictObject({
        key: z.string().min(1).max(1_000),
        value: z.string().nullable().default(null),
        valueEncoding: encodingSchema.default('text'),
      }),
    )
    .max(100)
    .default([]),
  partition: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe("without it: by the key, as Kafka's producers do; any one without a key"),
  timestamp: z
    .number()
    .int()
    .min(0)
    .max(latestMs)
    .optional()
    .describe('milliseconds since 1970; now without it'),
  compression: z.enum(['none', 'gzip', 'snappy', 'lz4', 'zstd']).default('none'),
});
export type ProduceMessage = z.infer<typeof produceMessageSchema>;
/** As it is sent: what has a default may be left out. */
export type ProduceMessageInput = z.input<typeof produceMessageSchema>;
