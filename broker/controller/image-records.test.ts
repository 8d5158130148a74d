/** A snapshot is the image: whatever stands in an image comes back from the records made of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyImage, type MetadataImage } from './image.ts';
import { ImageBuilder } from './image-builder.ts';
import { imageRecords } from './image-records.ts';
import { type MetadataRecord, partitionRecord } from './metadata-record.ts';
import { decodeRecord } from './record-codec.ts';

function restored(image: MetadataImage): MetadataImage {
  const builder = new ImageBuilder(emptyImage(image.clusterId));
  for (const batch of imageRecords(image)) {
    for (const value of batch) {
      const record = decodeRecord(value);
      if (record !== null) builder.load(record);
    }
  }
  builder.reach(image.offset, image.epoch);
  return builder.build().image;
}

const uuid = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('base64url'));
const brokerId = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const ids = fc.uniqueArray(brokerId, { maxLength: 5 });
const epoch = fc.integer({ min: -1, max: 2 ** 31 - 1 });
const text = fc.string({ maxLength: 12 });
const offset = fc.maxSafeNat();

const broker = fc.record({
  type: fc.constant('RegisterBrokerRecord' as const),
  brokerId,
  incarnationId: uuid,
  brokerEpoch: offset,
  endpoints: fc.array(fc.record({ name: text, host: text, port: fc.integer({ min: 0, max: 65_535 }) })),
  rack: fc.option(text),
  fenced: fc.boolean(),
  inControlledShutdown: fc.boolean(),
  logDirectoryIds: fc.array(uuid, { maxLength: 3 }),
  features: fc
    .array(
      fc.tuple(
        text,
        fc.record({ min: fc.integer({ min: 0, max: 99 }), max: fc.integer({ min: 0, max: 99 }) }),
      ),
    )
    .map((entries) => new Map(entries)),
});

const partition = fc.record({
  ...{ replicas: ids, isr: ids, addingReplicas: ids, removingReplicas: ids, elr: ids, lastKnownElr: ids },
  directories: fc.array(uuid, { maxLength: 3 }),
  ...{ leader: epoch, leaderEpoch: epoch, partitionEpoch: epoch },
});

const topics = fc.uniqueArray(fc.record({ name: text, topicId: uuid, partitions: fc.array(partition) }), {
  selector: ({ name }) => name,
});

const configs = fc.array(
  fc.record({
    type: fc.constant('ConfigRecord' as const),
    resourceType: fc.constantFrom(2 as const, 4 as const, 32 as const),
    ...{ resourceName: text, name: text, value: text },
  }),
);

const secret = fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes));
const scramUser = fc.record({
  type: fc.constant('UserScramCredentialRecord' as const),
  ...{ name: text, mechanism: fc.constantFrom(1, 2), iterations: fc.integer({ min: 4_096, max: 16_384 }) },
  ...{ salt: secret, storedKey: secret, serverKey: secret },
});

const acl = fc.record({
  type: fc.constant('AccessControlEntryRecord' as const),
  id: fc
    .uint8Array({ minLength: 16, maxLength: 16 })
    .map((bytes) => Buffer.from(bytes).toString('base64url')),
  ...{ resourceType: fc.nat(7), resourceName: text, patternType: fc.nat(4), principal: text, host: text },
  ...{ operation: fc.nat(15), permissionType: fc.nat(3) },
});

const quota = fc.record({
  type: fc.constant('ClientQuotaRecord' as const),
  entity: fc.uniqueArray(fc.record({ entityType: text, entityName: fc.option(text) }), {
    selector: ({ entityType }) => entityType,
    maxLength: 2,
  }),
  ...{ key: text, value: fc.double({ min: 0, minExcluded: true, noNaN: true }), remove: fc.boolean() },
});

const records = fc
  .record({
    brokers: fc.uniqueArray(broker, { selector: (each) => each.brokerId }),
    topics,
    configs,
    scramUsers: fc.array(scramUser),
    acls: fc.array(acl),
    quotas: fc.array(quota),
    nextProducerId: fc.option(offset),
    levels: fc.array(fc.tuple(text, fc.integer({ min: 0, max: 99 }))),
  })
  .map((all): MetadataRecord[] => [
    ...all.brokers,
    ...all.topics.flatMap(({ name, topicId, partitions }): MetadataRecord[] => [
      { type: 'TopicRecord', name, topicId },
      ...partitions.map((fields, index) => partitionRecord(topicId, { partition: index, ...fields })),
    ]),
    ...all.configs,
    ...all.scramUsers,
    ...all.acls,
    ...all.quotas,
    ...all.levels.map(([name, featureLevel]): MetadataRecord => ({
      type: 'FeatureLevelRecord',
      name,
      featureLevel,
    })),
    ...(all.nextProducerId === null
      ? []
      : [
          {
            type: 'ProducerIdsRecord' as const,
            brokerId: 1,
            brokerEpoch: 1,
            nextProducerId: all.nextProducerId,
          },
        ]),
  ]);

describe('imageRecords', () => {
  it('gives back any image', () => {
    fc.assert(
      fc.property(records, offset, epoch, (made, lastOffset, lastEpoch) => {
        const builder = new ImageBuilder(emptyImage('cluster'));
        for (const record of made) builder.load(record);
        builder.reach(lastOffset, lastEpoch);
        const { image } = builder.build();
        expect(restored(image)).toEqual(image);
        // In the same order too: what is decided must not depend on where an image came from.
        expect([...restored(image).topicsByName.keys()]).toEqual([...image.topicsByName.keys()]);
      }),
      { numRuns: 200, seed: 11 },
    );
  });

  it('makes no record for an empty image, and no batch that is too large', () => {
    expect([...imageRecords(emptyImage('cluster'))]).toEqual([]);
    const builder = new ImageBuilder(emptyImage('cluster'));
    const topicId = 'AAAAAAAAAAAAAAAAAAAAAQ';
    builder.load({ type: 'TopicRecord', name: 'large', topicId });
    const state = {
      replicas: [1],
      directories: [],
      isr: [1],
      addingReplicas: [],
      removingReplicas: [],
      elr: [],
      lastKnownElr: [],
    };
    for (let index = 0; index < 2_047; index++) {
      builder.load(
        partitionRecord(topicId, {
          partition: index,
          ...state,
          leader: 1,
          leaderEpoch: 0,
          partitionEpoch: 0,
        }),
      );
    }
    expect([...imageRecords(builder.build().image)].map((batch) => batch.length)).toEqual([1_024, 1_024]);
  });
});
