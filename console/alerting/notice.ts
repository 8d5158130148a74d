/** What one notice says, as data: kept in the outbox, so that a message can be written again exactly as it was. */
import { z } from 'zod';

export const noticeSchema = z.object({
  kind: z.enum(['firing', 'repeat', 'resolved']),
  ruleName: z.string(),
  level: z.enum(['P0', 'P1', 'P2', 'P3']),
  cluster: z.string(),
  group: z.string().nullable(),
  topic: z.string().nullable(),
  value: z.number().nullable(),
  peakValue: z.number().nullable(),
  threshold: z.number(),
  unit: z.string(),
  startedAtMs: z.number(),
  /** When this was decided. */
  atMs: z.number(),
  link: z.string(),
});
export type Notice = z.infer<typeof noticeSchema>;
