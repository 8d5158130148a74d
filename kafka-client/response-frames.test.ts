import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../protocol/wire/protocol-error.ts';
import { ResponseFrames } from './response-frames.ts';

function framed(body: Uint8Array): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
}

describe('frames of a stream', () => {
  test('are the same wherever the stream is cut', () => {
    const bodies = fc.array(fc.uint8Array({ minLength: 4, maxLength: 50 }), { maxLength: 10 });
    fc.assert(
      fc.property(bodies, fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1 }), (parts, cuts) => {
        const stream = Buffer.concat(parts.map(framed));
        const frames = new ResponseFrames(50);
        const seen: Buffer[] = [];
        for (let position = 0, step = 0; position < stream.length; step++) {
          const next = position + (cuts[step % cuts.length] ?? 1);
          const chunk = Buffer.from(stream.subarray(position, next));
          seen.push(...frames.push(chunk));
          // The next bytes come in the same memory.
          chunk.fill(0xff);
          position = next;
        }
        expect(seen).toEqual(parts.map((part) => Buffer.from(part)));
      }),
    );
  });

  test('lie in the memory that is given for them, long ones in memory of their own', () => {
    const given: Buffer[] = [];
    const frames = new ResponseFrames(4_000_000, (bytes) => {
      const memory = Buffer.alloc(bytes);
      given.push(memory);
      return memory;
    });
    const long = Buffer.alloc(3_000_000, 7);
    const [first, second] = frames.push(Buffer.concat([framed(Buffer.from('short')), framed(long)]));
    expect(given).toHaveLength(1);
    expect(first).toBe(given[0]);
    expect(second?.equals(long)).toBe(true);
  });

  test.each([-1, -2_147_483_648, 0, 3, 51, 2_147_483_647])(
    'a size of %d is refused as soon as it is read',
    (size) => {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32BE(size);
      expect(() => new ResponseFrames(50).push(bytes)).toThrow(ProtocolError);
    },
  );

  test('an announced size takes no memory before the bytes come', () => {
    const frames = new ResponseFrames(1_000_000_000);
    const announced = Buffer.alloc(4);
    announced.writeInt32BE(900_000_000);
    const before = process.memoryUsage().arrayBuffers;
    expect(frames.push(announced)).toEqual([]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  });
});
