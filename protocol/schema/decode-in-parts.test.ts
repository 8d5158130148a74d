/** Reading in parts gives what reading at once gives, and stops in between. */
import { expect, it } from 'vitest';
import { metadataResponse } from '../messages/03-metadata.ts';
import { offsetFetchResponse } from '../messages/09-offset-fetch.ts';
import { apiVersionsResponse } from '../messages/18-api-versions.ts';
import { decodeMessage, decodeMessageInParts, encodeMessage } from './codec.ts';

function inParts<Result>(parts: Generator<undefined, Result>): { value: Result; stops: number } {
  for (let stops = 0; ; stops++) {
    const part = parts.next();
    if (part.done === true) return { value: part.value, stops };
  }
}

const topics = Array.from({ length: 7 }, (_, index) => ({
  name: `topic-${String(index)}`,
  partitions: [{ partitionIndex: index, committedOffset: BigInt(index), replicaNodes: [1, 2], metadata: '' }],
}));

it.each([0, 5, 8, 9, 12])('of Metadata %i', (version) => {
  const bytes = encodeMessage(metadataResponse, version, {
    topics,
    brokers: [{ nodeId: 3, host: 'h', port: 1 }],
  });
  const { value, stops } = inParts(decodeMessageInParts(metadataResponse, version, bytes));
  expect(value).toEqual(decodeMessage(metadataResponse, version, bytes));
  // A broker, and seven topics with a partition each.
  expect(stops).toBe(15);
});

it.each([0, 5, 7, 8, 9])('of OffsetFetch %i', (version) => {
  const body = version < 8 ? { topics } : { groups: [{ groupId: 'a', topics }, { groupId: 'b' }] };
  const bytes = encodeMessage(offsetFetchResponse, version, body);
  const { value } = inParts(decodeMessageInParts(offsetFetchResponse, version, bytes));
  expect(value).toEqual(decodeMessage(offsetFetchResponse, version, bytes));
});

it('with tagged fields, and not with bytes left over', () => {
  const bytes = encodeMessage(apiVersionsResponse, 3, {
    apiKeys: [{ apiKey: 1, minVersion: 0, maxVersion: 2 }],
    supportedFeatures: [{ name: 'metadata.version', minVersion: 1, maxVersion: 9 }],
    finalizedFeaturesEpoch: 5n,
  });
  expect(inParts(decodeMessageInParts(apiVersionsResponse, 3, bytes)).value).toEqual(
    decodeMessage(apiVersionsResponse, 3, bytes),
  );
  const longer = Buffer.concat([bytes, Buffer.alloc(1)]);
  expect(() => inParts(decodeMessageInParts(apiVersionsResponse, 3, longer))).toThrow(
    /follow ApiVersionsResponse/,
  );
});
