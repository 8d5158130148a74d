/**
 * The bytes of a request's body, counted while they arrive: dropped past the limit, and given up when they do not come in time, so that
 * neither much nor little at a time keeps the console busy. Every body of ours is read here.
 */
import { ConsoleError } from '@/console/services/console-error.ts';

export interface BodyLimits {
  readonly bytesMax: number;
  /** For the whole body. */
  readonly withinMs: number;
}

export const bodyWithinMs = 30_000;

export async function readBody(request: Request, { bytesMax, withinMs }: BodyLimits): Promise<Buffer> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  const tooLarge = () => new ConsoleError('too-large', `A body can have at most ${bytesMax} bytes.`);
  if (announced > bytesMax) throw tooLarge();
  const reader = request.body?.getReader();
  if (reader === undefined) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    // A read that waits resolves as done.
    reader.cancel().catch(() => undefined);
  }, withinMs);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (isLate)
        throw new ConsoleError('too-slow', `A body has to arrive within ${withinMs / 1_000} seconds.`);
      if (done) return Buffer.concat(chunks);
      size += value.byteLength;
      if (size > bytesMax) {
        await reader.cancel();
        throw tooLarge();
      }
      chunks.push(value);
    }
  } finally {
    clearTimeout(timer);
  }
}
