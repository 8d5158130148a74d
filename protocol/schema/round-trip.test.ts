/**
 * For every message and version: what is encoded comes back, and its JSON form does too. A failure prints
 * fast-check's seed and path, with which it can be run again.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryMessage, versionsOf } from '../testing/arbitrary-message.ts';
import { allMessages } from '../messages/all-messages.ts';
import { decodeMessage, encodeMessage, encodeMessageChunks } from './codec.ts';
import { parseExactJson, stringifyExactJson } from './exact-json.ts';
import { messageFromJson, messageToJson } from './json-form.ts';

const RUNS_PER_VERSION = 12;
const schemas = [...allMessages.values()];

/** Much faster than `toEqual`, which is left to say what differs. */
function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
}

describe.each(schemas.map((schema) => [schema.name, schema] as const))('%s', (_name, schema) => {
  test('comes back as it was encoded, in every version', () => {
    for (const version of versionsOf(schema)) {
      fc.assert(
        fc.property(arbitraryMessage(schema, version), (message) => {
          const bytes = encodeMessage(schema, version, message);
          const decoded = decodeMessage(schema, version, bytes);
          expectSame(decoded, message);
          expectSame(Buffer.concat(encodeMessageChunks(schema, version, message)), bytes);
          const json = parseExactJson(stringifyExactJson(messageToJson(schema, version, decoded)));
          expectSame(messageFromJson(schema, version, json, 'hex'), message);
        }),
        { numRuns: RUNS_PER_VERSION },
      );
    }
  });
});
