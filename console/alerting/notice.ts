/**
 * What one notice says, as data: kept in the outbox, so that a message can be written again exactly as it was. Fields that
 * came later have defaults, because an outbox may hold notices of an older version.
 */
import { z } from 'zod';

/** A picture holds so many points; more are thinned out by whoever makes the notice. */
export const CHART_POINTS_MAX = 1_000;

/** The course of the judged value: epoch milliseconds, oldest first; null where nothing was measured. */
export const noticeChartSchema = z.object({
  points: z.array(z.tuple([z.number(), z.number().nullable()])).max(CHART_POINTS_MAX),
  unit: z.string(),
});
export type NoticeChart = z.infer<typeof noticeChartSchema>;

export const noticeSchema = z.object({
  kind: z.enum(['firing', 'repeat', 'resolved']),
  /** The rule's type, group-lag and others. */
  type: z.string().default('group-lag'),
  ruleName: z.string(),
  level: z.enum(['P0', 'P1', 'P2', 'P3']),
  cluster: z.string(),
  group: z.string().nullable(),
  topic: z.string().nullable(),
  /** What this is about, in words: `group billing on orders`, `broker 2`. Empty: written from group and topic. */
  subject: z.string().default(''),
  value: z.number().nullable(),
  peakValue: z.number().nullable(),
  /** Null where a rule has none: a broker is down or is not. */
  threshold: z.number().nullable(),
  unit: z.string(),
  /** Where a rule judges a status: which one it is. */
  status: z.string().nullable().default(null),
  /** Why, in a sentence: `partition 3 has not committed for 12 min while 40,000 records arrived`. */
  reason: z.string().nullable().default(null),
  /** What several incidents have in common, and how many of them this one notice stands for. */
  cause: z
    .object({ text: z.string(), count: z.number().int().min(1) })
    .nullable()
    .default(null),
  chart: noticeChartSchema.nullable().default(null),
  /** The same in the notices of one incident, from its beginning to its recovery. */
  incidentId: z.string().nullable().default(null),
  startedAtMs: z.number(),
  /** When this was decided. */
  atMs: z.number(),
  link: z.string(),
});
export type Notice = z.infer<typeof noticeSchema>;
