/**
 * What limits.ts promises of the heap, measured: the two requests that cost most, by element and by byte. Memory is
 * counted after a collection, so the numbers hardly vary; the bounds have a quarter of room above them.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { describeLogDirsRequest } from '../messages/35-describe-log-dirs.ts';
import { alterUserScramCredentialsRequest } from '../messages/51-alter-user-scram-credentials.ts';
import { decodeMessage, encodeMessage } from '../schema/codec.ts';
import type { MessageSchema } from '../schema/notation.ts';
import { MAX_REQUEST_ELEMENTS } from './limits.ts';

const ROOM = 1.25;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Heap that the decoded message keeps. */
function heapBytesOf(schema: MessageSchema, version: number, frame: Buffer): number {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const message = decodeMessage(schema, version, frame);
  collectGarbage();
  const heapBytes = process.memoryUsage().heapUsed - before;
  expect(message).toBeDefined();
  return heapBytes;
}

test('the request that costs most costs 150 MB', () => {
  const upsertion = {
    name: '',
    mechanism: 0,
    iterations: 0,
    salt: Buffer.alloc(0),
    saltedPassword: Buffer.alloc(0),
  };
  const rows = new Array<typeof upsertion>(MAX_REQUEST_ELEMENTS).fill(upsertion);
  const schema = alterUserScramCredentialsRequest;
  const frame = encodeMessage(schema, 0, { deletions: [], upsertions: rows });
  expect(heapBytesOf(schema, 0, frame)).toBeLessThan(MAX_REQUEST_ELEMENTS * 300 * ROOM);
});

test('a small frame costs at most 32 bytes of heap a byte', () => {
  const schema = describeLogDirsRequest;
  const topics = new Array<{ topic: string }>(100_000).fill({ topic: '' });
  const frame = encodeMessage(schema, 4, { topics });
  expect(heapBytesOf(schema, 4, frame)).toBeLessThan(frame.length * 32 * ROOM);
});
