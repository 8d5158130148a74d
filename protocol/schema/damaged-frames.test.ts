/**
 * Whatever arrives instead of a message ends in a value or a ProtocolError, soon and without much memory.
 *
 * What Apache Kafka wrote (../golden) is cut, flipped and overwritten with lengths in a fixed pattern; random messages
 * are damaged at random (fast-check prints the seed). That the cost is bounded rests on one fact, tested here as
 * such: no value has more list elements than its frame has bytes.
 */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryMessage, versionsOf } from '../testing/arbitrary-message.ts';
import { allMessages } from '../messages/all-messages.ts';
import { decodeRequestHeader, encodeRequestFrame, readResponseHeader } from '../wire/framing.ts';
import { Reader } from '../wire/reader.ts';
import { decodeMessage, encodeMessage, ProtocolError } from './codec.ts';
import { elementCount } from '../testing/element-count.ts';
import type { MessageSchema } from './notation.ts';
import { decodeCoordinatorKey, decodeVersioned, openMetadataRecord, prefixOf } from './versioned-data.ts';

const RUNS_PER_VERSION = 12;
/** Places of a golden line that are damaged: all of a short one, evenly spread ones of a long one. */
const PLACES_PER_LINE = 32;

interface GoldenLine {
  readonly name: string;
  readonly version: number;
  readonly hex: string;
}
const folder = new URL('../golden/', import.meta.url);
const golden = readdirSync(folder)
  .filter((file) => file.endsWith('.jsonl'))
  .flatMap((file) => readFileSync(new URL(file, folder), 'utf8').trimEnd().split('\n'))
  .map((line) => JSON.parse(line) as GoldenLine);
const schemas = [...allMessages.values()];

/** Null for a refusal. `maxElements` is what the bytes could hold at most: to need more is a fault of ours. */
function decodesOrRefuses(schema: MessageSchema, version: number, bytes: Buffer): ProtocolError | null {
  try {
    decodeMessage(schema, version, bytes, { maxElements: bytes.length });
    return null;
  } catch (error) {
    if (!(error instanceof ProtocolError) || error.message.includes('too many elements')) throw error;
    return error;
  }
}

function places(length: number): number[] {
  const step = Math.max(1, length / PLACES_PER_LINE);
  return Array.from({ length: Math.min(length, PLACES_PER_LINE) }, (_, index) => Math.floor(index * step));
}

describe('what Apache Kafka wrote', () => {
  test.each(schemas.map((schema) => [schema.name, schema] as const))('%s', (name, schema) => {
    for (const { hex, version } of golden.filter((line) => line.name === name)) {
      const whole = Buffer.from(hex, 'hex');
      for (const place of places(whole.length)) {
        expect(decodesOrRefuses(schema, version, whole.subarray(0, place))).toBeInstanceOf(ProtocolError);
        const flipped = Buffer.from(whole);
        flipped.writeUInt8((whole[place] ?? 0) ^ (1 << (place % 8)), place);
        decodesOrRefuses(schema, version, flipped);
        const claiming = Buffer.concat([whole, Buffer.alloc(5)]);
        claiming.write(place % 2 === 0 ? '7fffffff' : 'ffffffff0f', place, 'hex');
        decodesOrRefuses(schema, version, claiming.subarray(0, whole.length));
      }
    }
  });
});

/** Cuts, flips, insertions and lengths: damage that real networks and hostile peers do. */
const damage = fc.array(
  fc.record({
    kind: fc.constantFrom('cut', 'flip', 'insert', 'length'),
    at: fc.nat(2 ** 20),
    byte: fc.integer({ min: 0, max: 255 }),
    length: fc.oneof(
      fc.constantFrom('7fffffff', '80000000', 'ffffffff', 'ffffffff0f', 'ffffffffff', '7fff', '00'),
      fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16).padStart(8, '0')),
    ),
  }),
  { minLength: 1, maxLength: 4 },
);
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function damaged(bytes: Buffer, steps: Damage): Buffer {
  return steps.reduce((current, { kind, at, byte, length }) => {
    const position = at % (current.length + 1);
    const before = current.subarray(0, position);
    if (kind === 'cut') return before;
    if (kind === 'insert') return Buffer.concat([before, Buffer.from([byte]), current.subarray(position)]);
    const written = kind === 'flip' ? Buffer.from([byte]) : Buffer.from(length, 'hex');
    return Buffer.concat([before, written, current.subarray(position + written.length)]);
  }, bytes);
}

describe.each(schemas.map((schema) => [schema.name, schema] as const))('%s', (_name, schema) => {
  test('has no more list elements than bytes; damaged, or random bytes in its place, it ends well', () => {
    for (const version of versionsOf(schema)) {
      fc.assert(
        fc.property(
          arbitraryMessage(schema, version),
          damage,
          fc.uint8Array({ maxLength: 60 }),
          (message, steps, random) => {
            const bytes = encodeMessage(schema, version, message);
            expect(elementCount(message)).toBeLessThanOrEqual(bytes.length);
            decodesOrRefuses(schema, version, damaged(bytes, steps));
            decodesOrRefuses(schema, version, Buffer.from(random));
          },
        ),
        { numRuns: RUNS_PER_VERSION },
      );
    }
  });
});

describe('headers', () => {
  const frames = fc.oneof(
    fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
    fc
      .tuple(fc.constantFrom(...schemas.filter(({ kind }) => kind === 'request')), fc.nat(20), damage)
      .map(([schema, nth, steps]) => {
        const versions = versionsOf(schema);
        const version = versions[nth % versions.length] ?? 0;
        const header = { correlationId: 1, clientId: 'somebody' };
        return damaged(Buffer.concat(encodeRequestFrame(schema, version, header, {})).subarray(4), steps);
      }),
  );

  test('of a request are read, or refused', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(refusedOrDone(() => decodeRequestHeader(frame))).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test('of a response are read, or refused', () => {
    fc.assert(
      fc.property(frames, fc.constantFrom(...schemas), (frame, schema) => {
        const read = (): number => readResponseHeader(new Reader(frame), schema, schema.versions.max);
        expect(refusedOrDone(read)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('of stored records are read, or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(...schemas), (random, schema) => {
        const bytes = Buffer.from(random);
        expect(refusedOrDone(() => prefixOf(bytes))).toBe(true);
        expect(refusedOrDone(() => decodeVersioned(schema, bytes))).toBe(true);
        expect(refusedOrDone(() => decodeCoordinatorKey(schema, bytes))).toBe(true);
        expect(refusedOrDone(() => openMetadataRecord(bytes))).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});

function refusedOrDone(act: () => unknown): boolean {
  try {
    act();
  } catch (error) {
    return error instanceof ProtocolError;
  }
  return true;
}
