import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixedBounds, FrameError, FrameReader } from './frame-reader.ts';

const MAX_BYTES = 1_000;

function framed(body: Uint8Array): Buffer {
  const frame = Buffer.alloc(4 + body.length);
  frame.writeInt32BE(body.length);
  frame.set(body, 4);
  return frame;
}

function length(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

describe('cutting a stream into frames', () => {
  it('gives the same frames however the stream is cut', () => {
    const bodies = fc.array(fc.uint8Array({ minLength: 8, maxLength: MAX_BYTES }), { maxLength: 6 });
    fc.assert(
      fc.property(bodies, fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (frames, steps) => {
        const stream = Buffer.concat(frames.map(framed));
        const reader = new FrameReader(fixedBounds(MAX_BYTES));
        const seen: Buffer[] = [];
        for (let position = 0, step = 0; position < stream.length; step += 1) {
          const size = steps[step % steps.length] ?? 1;
          reader.push(stream.subarray(position, position + size), (frame) => seen.push(Buffer.from(frame)));
          position += size;
        }
        expect(seen).toEqual(frames.map((frame) => Buffer.from(frame)));
        expect(reader.pendingBytes).toBe(0);
      }),
    );
  });

  it.each([-1, -2_147_483_648, 0, 3, 7, MAX_BYTES + 1, 2_147_483_647])(
    'refuses the length %d at once',
    (value) => {
      const whole = new FrameReader(fixedBounds(MAX_BYTES));
      expect(() => whole.push(length(value), () => undefined)).toThrow(FrameError);
      const bytewise = new FrameReader(fixedBounds(MAX_BYTES));
      const bytes = length(value);
      for (let index = 0; index < 3; index += 1)
        bytewise.push(bytes.subarray(index, index + 1), () => undefined);
      expect(() => bytewise.push(bytes.subarray(3), () => undefined)).toThrow(FrameError);
    },
  );

  it('does not copy a frame that arrives whole', () => {
    const chunk = framed(Buffer.alloc(64, 7));
    const seen: Buffer[] = [];
    new FrameReader(fixedBounds(MAX_BYTES)).push(chunk, (frame) => seen.push(frame));
    expect(seen[0]?.buffer).toBe(chunk.buffer);
  });
});
