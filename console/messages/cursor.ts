/**
 * Where the next answer goes on, as a text that is handed out and comes back: offsets by partition, and the order that they are
 * meant for. Partitions that are not in it have nothing more. Pure.
 */
import { z } from 'zod';
import type { ScanOrder } from './scan-plan.ts';

const cursorSchema = z.object({
  order: z.enum(['oldest-first', 'newest-first']),
  at: z.array(z.tuple([z.number().int().min(0), z.number().int().min(0)])).max(100_000),
});

export interface MessageCursor {
  readonly order: ScanOrder;
  readonly at: ReadonlyMap<number, number>;
}

/** Null when no partition has anything more. */
export function cursorText({ order, at }: MessageCursor): string | null {
  return at.size === 0 ? null : Buffer.from(JSON.stringify({ order, at: [...at] })).toString('base64url');
}

/** Null for a text that is none of ours. */
export function parseCursor(text: string): MessageCursor | null {
  try {
    const { order, at } = cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { order, at: new Map(at) };
  } catch {
    return null;
  }
}
