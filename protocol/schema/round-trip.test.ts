/**
 * For every message and version: what is encoded comes back, and whatever arrives instead ends in a value or a
 * ProtocolError. A failure prints fast-check's seed and path, with which it can be run again.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryMessage, versionsOf } from '../testing/arbitrary-message.ts';
import { allMessages } from '../messages/all-messages.ts';
import { decodeMessage, encodeMessage, encodeMessageChunks, ProtocolError } from './codec.ts';
import type { MessageSchema } from './notation.ts';

const RUNS_PER_VERSION = 12;
const schemas = [...allMessages.values()];

/** Cuts, flips, inserts and repeats: damage that real networks and hostile peers do. */
const damage = fc.array(
  fc.record({
    kind: fc.constantFrom('cut', 'flip', 'insert', 'length'),
    at: fc.nat(2 ** 20),
    byte: fc.integer({ min: 0, max: 255 }),
  }),
  { minLength: 1, maxLength: 4 },
);
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

/** The largest lengths there are: int32 max, and five bytes of varint. */
const LARGEST = [Buffer.from('7fffffff', 'hex'), Buffer.from('ffffffffff', 'hex')];

function damaged(bytes: Buffer, steps: Damage): Buffer {
  return steps.reduce((current, { kind, at, byte }) => {
    const position = at % (current.length + 1);
    const before = current.subarray(0, position);
    if (kind === 'cut') return before;
    if (kind === 'insert') return Buffer.concat([before, Buffer.from([byte]), current.subarray(position)]);
    const written = kind === 'flip' ? Buffer.from([byte]) : (LARGEST[byte % LARGEST.length] ?? before);
    return Buffer.concat([before, written, current.subarray(position + written.length)]);
  }, bytes);
}

function decodesOrRefuses(schema: MessageSchema, version: number, bytes: Buffer): void {
  try {
    decodeMessage(schema, version, bytes);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
}

describe.each(schemas.map((schema) => [schema.name, schema] as const))('%s', (_name, schema) => {
  test('comes back as it was encoded, in every version', () => {
    for (const version of versionsOf(schema)) {
      fc.assert(
        fc.property(arbitraryMessage(schema, version), (message) => {
          const bytes = encodeMessage(schema, version, message);
          expect(decodeMessage(schema, version, bytes)).toEqual(message);
          expect(Buffer.concat(encodeMessageChunks(schema, version, message))).toEqual(bytes);
        }),
        { numRuns: RUNS_PER_VERSION },
      );
    }
  });

  test('damaged bytes end in a value or a ProtocolError', () => {
    for (const version of versionsOf(schema)) {
      fc.assert(
        fc.property(arbitraryMessage(schema, version), damage, (message, steps) => {
          decodesOrRefuses(schema, version, damaged(encodeMessage(schema, version, message), steps));
        }),
        { numRuns: RUNS_PER_VERSION },
      );
    }
  });

  test('random bytes end in a value or a ProtocolError', () => {
    for (const version of versionsOf(schema)) {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
          decodesOrRefuses(schema, version, Buffer.from(bytes));
        }),
        { numRuns: RUNS_PER_VERSION },
      );
    }
  });
});
