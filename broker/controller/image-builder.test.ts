import { describe, expect, it } from 'vitest';
import { brokerRecord, imageOf, topicRecords } from './controller-test-kit.ts';
import { emptyImage, wholeImageDelta } from './image.ts';
import { ImageBuilder } from './image-builder.ts';
import { type MetadataRecord, partitionChange } from './metadata-record.ts';

const T1 = 'AAAAAAAAAAAAAAAAAAAAAQ';
const T2 = 'AAAAAAAAAAAAAAAAAAAAAg';

function change(image: ReturnType<typeof imageOf>, records: readonly MetadataRecord[]) {
  const builder = new ImageBuilder(image);
  records.forEach((record, index) => builder.replay(record, image.offset + 1 + index));
  return builder.build();
}

describe('ImageBuilder', () => {
  it('builds topics under name and id and says what was created', () => {
    const { image, delta } = change(emptyImage('c'), [brokerRecord(0), ...topicRecords('a', T1, [[0], [0]])]);
    expect(image.offset).toBe(3);
    expect(image.topicsByName.get('a')).toBe(image.topicsById.get(T1));
    expect([...(image.topicsByName.get('a')?.partitions.keys() ?? [])]).toEqual([0, 1]);
    expect(delta.createdTopics.map(({ name }) => name)).toEqual(['a']);
    expect(delta.changedPartitions.map(({ partition }) => partition.partition)).toEqual([0, 1]);
  });

  it('starts a leader epoch whenever a leader is named, and a partition epoch with every change', () => {
    const before = imageOf([brokerRecord(0), ...topicRecords('a', T1, [[0, 1]])]);
    const shrunk = change(before, [partitionChange(T1, 0, { isr: [0] })]);
    expect(shrunk.image.topicsById.get(T1)?.partitions.get(0)).toMatchObject({
      isr: [0],
      leader: 0,
      leaderEpoch: 0,
      partitionEpoch: 1,
    });
    const again = change(shrunk.image, [partitionChange(T1, 0, { leader: 0 })]);
    expect(again.image.topicsById.get(T1)?.partitions.get(0)).toMatchObject({
      isr: [0],
      leader: 0,
      leaderEpoch: 1,
      partitionEpoch: 2,
    });
    expect(again.delta.createdTopics).toEqual([]);
    expect(again.delta.changedPartitions).toHaveLength(1);
  });

  it('leaves published images as they are and shares what did not change', () => {
    const before = imageOf([
      brokerRecord(0),
      ...topicRecords('a', T1, [[0]]),
      ...topicRecords('b', T2, [[0]]),
    ]);
    const { image } = change(before, [
      { type: 'ConfigRecord', resourceType: 2, resourceName: 'a', name: 'retention.ms', value: '1' },
      ...topicRecords('c', 'AAAAAAAAAAAAAAAAAAAAAw', [[0]]),
      partitionChange(T1, 0, { isr: [], leader: -1 }),
    ]);
    expect(before.topicsByName.has('c')).toBe(false);
    expect(before.configs.size).toBe(0);
    expect(before.topicsByName.get('a')?.partitions.get(0)?.leader).toBe(0);
    expect(image.topicsByName.get('a')?.partitions.get(0)?.leader).toBe(-1);
    expect(image.topicsByName.get('b')).toBe(before.topicsByName.get('b'));
    expect(image.brokers).toBe(before.brokers);
  });

  it('takes a removed topic with its configs, also when its name comes back in the same batch', () => {
    const before = imageOf([
      ...topicRecords('a', T1, [[0], [0]]),
      { type: 'ConfigRecord', resourceType: 2, resourceName: 'a', name: 'retention.ms', value: '1' },
    ]);
    const { image, delta } = change(before, [
      { type: 'RemoveTopicRecord', topicId: T1 },
      ...topicRecords('a', T2, [[0]]),
    ]);
    expect(image.topicsByName.get('a')?.topicId).toBe(T2);
    expect(image.topicsById.has(T1)).toBe(false);
    expect(image.configs.size).toBe(0);
    expect(delta.deletedTopics.map(({ topicId }) => topicId)).toEqual([T1]);
    expect(delta.createdTopics.map(({ topicId }) => topicId)).toEqual([T2]);
    expect(delta.changedConfigs).toEqual([{ type: 2, name: 'a' }]);
  });

  it('forgets a resource whose last override is taken away', () => {
    const set = (value: string | null): MetadataRecord => {
      return { type: 'ConfigRecord', resourceType: 4, resourceName: '', name: 'retention.ms', value };
    };
    const { image } = change(imageOf([set('1')]), [set('2'), set(null)]);
    expect(image.configs.size).toBe(0);
    expect(imageOf([set('1'), set('2')]).configs.get('4:')).toEqual(new Map([['retention.ms', '2']]));
  });

  it('follows the life of a broker and says whom it touched', () => {
    const before = imageOf([brokerRecord(1), brokerRecord(2)]);
    const place = { type: 'BrokerRegistrationChangeRecord', brokerEpoch: 1, brokerId: 1 } as const;
    const stopping = change(before, [{ ...place, fenced: 0, inControlledShutdown: 1 }]);
    expect(stopping.image.brokers.get(1)).toMatchObject({ fenced: false, inControlledShutdown: true });
    expect(stopping.delta.changedBrokers).toEqual([1]);
    const fenced = change(stopping.image, [{ ...place, fenced: 1, inControlledShutdown: 0 }]);
    expect(fenced.image.brokers.get(1)).toMatchObject({ fenced: true, inControlledShutdown: true });
    const again = change(fenced.image, [{ ...place, fenced: 1, inControlledShutdown: 1 }]);
    expect(again.delta.changedBrokers).toEqual([]);
    expect(again.image.brokers).toBe(fenced.image.brokers);
    const anew = change(again.image, [{ ...brokerRecord(1), brokerEpoch: 9 }]);
    expect(anew.image.brokers.get(1)).toMatchObject({ fenced: false, inControlledShutdown: false });
    const gone = change(anew.image, [{ type: 'UnregisterBrokerRecord', brokerId: 1, brokerEpoch: 9 }]);
    expect([...gone.image.brokers.keys()]).toEqual([2]);
    expect(gone.delta.changedBrokers).toEqual([1]);
    expect(wholeImageDelta(before).changedBrokers).toEqual([1, 2]);
  });

  it('changes of a partition what the record names, and counts', () => {
    const before = imageOf([brokerRecord(1), ...topicRecords('a', T1, [[1, 2, 3]])]);
    const changes = { addingReplicas: [3], removingReplicas: [2], elr: [2], lastKnownElr: [3] };
    const first = change(before, [partitionChange(T1, 0, changes)])
      .image.topicsById.get(T1)
      ?.partitions.get(0);
    expect(first).toEqual({
      ...{
        partition: 0,
        replicas: [1, 2, 3],
        directories: [],
        isr: [1, 2, 3],
        leader: 1,
        leaderEpoch: 0,
        partitionEpoch: 1,
      },
      ...changes,
    });
  });

  it('keeps levels of features, passes over records that only say that the log lives, and knows how far it is', () => {
    const level = (featureLevel: number): MetadataRecord => {
      return { type: 'FeatureLevelRecord', name: 'f', featureLevel };
    };
    const { image } = change(emptyImage('c'), [level(3), { type: 'NoOpRecord' }, level(4)]);
    expect(image).toMatchObject({ features: new Map([['f', 4]]), offset: 2, epoch: -1 });
    const builder = new ImageBuilder(image);
    builder.replay(level(0), 3);
    builder.reach(5, 2);
    expect(() => builder.reach(4, 2)).toThrow();
    const later = builder.build().image;
    expect(later).toMatchObject({ features: new Map(), offset: 5, epoch: 2 });
    expect(() => builder.load(level(1))).toThrow();
  });

  it('refuses records that contradict the image', () => {
    const image = imageOf(topicRecords('a', T1, [[0]]));
    const contradictions: MetadataRecord[] = [
      { type: 'TopicRecord', name: 'a', topicId: T2 },
      { type: 'RemoveTopicRecord', topicId: T2 },
      partitionChange(T1, 7, { leader: 0 }),
      { type: 'UnregisterBrokerRecord', brokerId: 9, brokerEpoch: 0 },
      {
        ...{ type: 'BrokerRegistrationChangeRecord', brokerId: 9, brokerEpoch: 0 },
        ...{ fenced: 1, inControlledShutdown: 0 },
      },
    ];
    for (const record of contradictions) expect(() => change(image, [record])).toThrow();
    expect(() => new ImageBuilder(image).skip(image.offset)).toThrow();
  });

  it('tells a late listener everything', () => {
    const image = imageOf([
      ...topicRecords('a', T1, [[0], [0]]),
      { type: 'ConfigRecord', resourceType: 2, resourceName: 'a', name: 'retention.ms', value: '1' },
      { type: 'ConfigRecord', resourceType: 4, resourceName: '', name: 'retention.ms', value: '1' },
    ]);
    const delta = wholeImageDelta(image);
    expect(delta.createdTopics).toHaveLength(1);
    expect(delta.changedPartitions).toHaveLength(2);
    expect(delta.changedConfigs).toEqual([
      { type: 2, name: 'a' },
      { type: 4, name: '' },
    ]);
  });

  it('replays 20,000 partitions of one batch without copying for each', () => {
    const lists = Array.from({ length: 20_000 }, () => [0]);
    const image = imageOf(topicRecords('large', T1, lists));
    expect(image.topicsById.get(T1)?.partitions.size).toBe(20_000);
  });
});
