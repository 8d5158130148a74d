/** Images from committed records and snapshots, who hears of them, and when one is kept. */
import { describe, expect, it } from 'vitest';
import { createMemoryPlatform } from '../platform/memory/memory-platform.ts';
import { brokerRecord, imageOf, SILENT, topicRecords } from './controller-test-kit.ts';
import { emptyImage, type MetadataDelta, type MetadataImage } from './image.ts';
import { imageDifference } from './image-difference.ts';
import { imageRecords } from './image-records.ts';
import { MemoryMetadataLog } from './memory-metadata-log.ts';
import { MetadataPublisher } from './metadata-publisher.ts';
import { type MetadataRecord, partitionChange } from './metadata-record.ts';
import { encodeRecord } from './record-codec.ts';

const A = 'AAAAAAAAAAAAAAAAAAAAAQ';
const B = 'AAAAAAAAAAAAAAAAAAAAAg';

function startPublisher(snapshotDue = { bytes: Infinity, intervalMs: 0 }) {
  const platform = createMemoryPlatform();
  const fatal: string[] = [];
  const publisher = new MetadataPublisher({
    ...{ platform, logger: SILENT, clusterId: 'cluster', snapshotDue },
    onFatal: (message) => fatal.push(message),
  });
  let end = 0;
  const commit = (records: readonly MetadataRecord[], epoch = 1): void => {
    const stored = records.map((record, index) => ({ offset: end + index, value: encodeRecord(record) }));
    end += records.length;
    publisher.committed(stored, { endOffset: end, epoch });
  };
  const control = (): void => publisher.committed([], { endOffset: (end += 1), epoch: 2 });
  return { publisher, platform, commit, control, fatal };
}

function summary(delta: MetadataDelta): unknown {
  return {
    created: delta.createdTopics.map(({ name }) => name),
    deleted: delta.deletedTopics.map(({ name }) => name),
    removed: [...delta.removedTopicIds],
    partitions: delta.changedPartitions.map(
      ({ topic, partition }) => `${topic.name}-${String(partition.partition)}`,
    ),
    configs: delta.changedConfigs.map(({ type, name }) => `${String(type)}:${name}`),
    brokers: delta.changedBrokers,
  };
}

function stored(image: MetadataImage) {
  return [...imageRecords(image)].map((batch) => batch.map((value, offset) => ({ offset, value })));
}

describe('MetadataPublisher', () => {
  it('tells of nothing before there is something, then of everything, then of each change', () => {
    const { publisher, commit } = startPublisher();
    const heard: unknown[] = [];
    const leave = publisher.onImage((image, delta) => heard.push([image.offset, summary(delta)]));
    expect(heard).toEqual([]);
    commit([brokerRecord(0), ...topicRecords('a', A, [[0]])]);
    const late: unknown[] = [];
    publisher.onImage((image, delta) => late.push([image.offset, summary(delta)]));
    expect(late).toEqual(heard);
    commit([{ type: 'RemoveTopicRecord', topicId: A }]);
    leave();
    commit([brokerRecord(1)]);
    expect(heard).toHaveLength(2);
    expect(heard[1]).toMatchObject([3, { deleted: ['a'], removed: [A] }]);
    expect(late).toHaveLength(3);
  });

  it('tells the first listener of topics that were removed before it came', () => {
    const { publisher, commit } = startPublisher();
    commit([brokerRecord(0), ...topicRecords('a', A, [[0]]), ...topicRecords('b', B, [[0]])]);
    commit([{ type: 'RemoveTopicRecord', topicId: A }]);
    const heard: unknown[] = [];
    publisher.onImage((_image, delta) => heard.push(summary(delta)));
    expect(heard).toMatchObject([{ created: ['b'], deleted: [], removed: [A] }]);
  });

  it('counts control records, which say nothing else', () => {
    const { publisher, commit, control } = startPublisher();
    commit([brokerRecord(0)]);
    control();
    expect([publisher.image().offset, publisher.image().epoch]).toEqual([1, 2]);
    commit([brokerRecord(1)], 2);
    expect(publisher.image()).toMatchObject({ offset: 2, epoch: 2 });
  });

  it('says when it has caught up', async () => {
    const { publisher, commit } = startPublisher();
    const reached: number[] = [];
    for (const offset of [-1, 0, 1]) void publisher.caughtUpTo(offset).then(() => reached.push(offset));
    await publisher.caughtUpTo(-1);
    expect(reached).toEqual([-1]);
    commit([brokerRecord(0)]);
    await publisher.caughtUpTo(0);
    expect(reached).toEqual([-1, 0]);
    commit([brokerRecord(1)]);
    await publisher.caughtUpTo(1);
    expect(reached).toEqual([-1, 0, 1]);
  });

  it('ends the process when a record contradicts what came before', () => {
    const { publisher, commit, fatal } = startPublisher();
    commit([brokerRecord(0)]);
    expect(() => commit([{ type: 'RemoveTopicRecord', topicId: A }])).toThrow();
    expect(fatal).toHaveLength(1);
    expect(publisher.image().brokers.size).toBe(1);
  });

  it('does not let one listener keep the others from a change', () => {
    const { publisher, commit } = startPublisher();
    const heard: number[] = [];
    publisher.onImage(() => {
      throw new Error('disk on fire');
    });
    publisher.onImage((image) => heard.push(image.offset));
    commit([brokerRecord(0)]);
    expect(heard).toEqual([0]);
  });

  it('loads a snapshot on a running node as the difference that it makes', () => {
    const { publisher, commit } = startPublisher();
    commit([
      ...[brokerRecord(0), brokerRecord(1), brokerRecord(2)],
      ...topicRecords('a', A, [[0], [1], [0]]),
      ...topicRecords('b', B, [[0]]),
      { type: 'ConfigRecord', resourceType: 2, resourceName: 'a', name: 'retention.ms', value: '1' },
      { type: 'ConfigRecord', resourceType: 4, resourceName: '', name: 'retention.ms', value: '1' },
    ]);
    const target = imageOf([
      ...[brokerRecord(0), brokerRecord(1, null, true), brokerRecord(3)],
      ...topicRecords('a', A, [[0], [1], [0], [1]]),
      partitionChange(A, 1, { leader: -1 }),
      { type: 'ConfigRecord', resourceType: 2, resourceName: 'a', name: 'retention.ms', value: '2' },
      { type: 'ConfigRecord', resourceType: 4, resourceName: '', name: 'retention.ms', value: '1' },
    ]);
    const heard: unknown[] = [];
    publisher.onImage((image, delta) => heard.push([image.offset, image.epoch, summary(delta)]));
    publisher.snapshotLoaded({ offset: 500, epoch: 7 }, stored(target));
    expect(heard[1]).toEqual([
      ...[499, 7],
      {
        ...{ created: [], deleted: ['b'], removed: [B], configs: ['2:a'], brokers: [1, 2, 3] },
        partitions: ['a-1', 'a-3'],
      },
    ]);
    expect({ ...publisher.image(), offset: 0, epoch: 0 }).toEqual({ ...target, offset: 0, epoch: 0 });
  });

  it('finds no difference between equal images, and all of it to an empty one', () => {
    const image = imageOf([brokerRecord(0), ...topicRecords('a', A, [[0]])]);
    const nothing = { created: [], deleted: [], removed: [], partitions: [], configs: [], brokers: [] };
    expect(summary(imageDifference(image, image))).toEqual(nothing);
    expect(summary(imageDifference(emptyImage('cluster'), image))).toMatchObject({
      ...{ created: ['a'], partitions: ['a-0'], brokers: [0] },
    });
  });
});

describe('snapshots', () => {
  it('are kept after so many bytes, one at a time, and give the image back', async () => {
    const { publisher, commit } = startPublisher({ bytes: 1_000, intervalMs: 0 });
    const log = new MemoryMetadataLog();
    publisher.keepSnapshotsIn(log);
    log.bytesSinceSnapshot = 999;
    commit([brokerRecord(0)]);
    expect(log.snapshots).toEqual([]);
    log.bytesSinceSnapshot = 1_000;
    commit([brokerRecord(1)]);
    log.bytesSinceSnapshot = 1_000;
    commit([brokerRecord(2)]);
    expect(log.snapshots.map(({ id }) => id)).toEqual([{ offset: 2, epoch: 1 }]);
    await Promise.resolve();
    await Promise.resolve();
    commit([brokerRecord(3)]);
    expect(log.snapshots.map(({ id }) => id.offset)).toEqual([2, 4]);
    const { publisher: other } = startPublisher();
    const values = log.snapshots[1]?.values ?? [];
    other.snapshotLoaded({ offset: 4, epoch: 1 }, [values.map((value, offset) => ({ offset, value }))]);
    expect([...other.image().brokers.keys()]).toEqual([0, 1, 2, 3]);
  });

  it('are kept so long after the first change, and not without one', async () => {
    const { publisher, commit, platform } = startPublisher({ bytes: Infinity, intervalMs: 60_000 });
    const log = new MemoryMetadataLog();
    const stop = publisher.keepSnapshotsIn(log);
    commit([brokerRecord(0)]);
    await platform.advance(30_000);
    commit([brokerRecord(1)]);
    await platform.advance(30_000);
    expect(log.snapshots.map(({ id }) => id.offset)).toEqual([2]);
    await platform.advance(600_000);
    expect(log.snapshots).toHaveLength(1);
    commit([brokerRecord(2)]);
    stop();
    await platform.advance(600_000);
    expect(log.snapshots).toHaveLength(1);
  });

  it('that cannot be written are tried again', async () => {
    const { publisher, commit } = startPublisher({ bytes: 10, intervalMs: 0 });
    const log = new MemoryMetadataLog();
    let attempts = 0;
    log.writeSnapshot = () => {
      attempts += 1;
      return Promise.reject(new Error('no room'));
    };
    log.bytesSinceSnapshot = 100;
    publisher.keepSnapshotsIn(log);
    commit([brokerRecord(0)]);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    commit([brokerRecord(1)]);
    expect(attempts).toBe(2);
  });
});
