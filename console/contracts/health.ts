/**
 * GET /health: open to everybody, so it says little: that pages are served, by which version, and whether the database answers.
 * It answers 200 also while the database fails: collecting and alerts go on without it.
 */
import { z } from 'zod';
import { isoTimeSchema } from './envelope.ts';

export const healthSchema = z
  .object({
    status: z.literal('ok'),
    version: z.string(),
    database: z
      .object({
        state: z.enum(['ok', 'failing']),
        since: isoTimeSchema.nullable().describe('when it began to fail; null while it answers'),
        reason: z.string().nullable().describe('in words, with what to do; null while it answers'),
      })
      .describe('while it fails, collecting and alerts go on in memory, and history has a gap'),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof healthSchema>;
