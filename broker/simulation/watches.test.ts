/** Each promise, broken once by hand: the watches must say so, and say nothing while it is kept. */
import { beforeEach, describe, expect, it } from 'vitest';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import { emptyImage, type MetadataImage, partitionImage, type PartitionImage } from '../controller/image.ts';
import { ClientHistory } from './client-history.ts';
import type { InspectedReplica } from './inspection.ts';
import { MetadataWatch } from './metadata-watch.ts';
import { PartitionWatch } from './partition-watch.ts';

function batch(baseOffset: number, value: string, partitionLeaderEpoch = 1): Buffer {
  const records = [{ key: null, value: Buffer.from(value) }];
  return encodeRecordBatch({ records, baseOffset, partitionLeaderEpoch, timestampMs: 1000 });
}

const batches = (values: readonly string[]): Buffer[] => values.map((value, offset) => batch(offset, value));

/** A replica of topic `t` whose log is these one-record batches. */
function replica(log: readonly Buffer[], fields: Partial<InspectedReplica> = {}): InspectedReplica {
  return {
    ...{ name: 't:0', topicId: 't', topic: 'topic', partition: 0, isLeader: false, leaderEpoch: 1 },
    ...{ logStartOffset: 0, logEndOffset: log.length, highWatermark: log.length, inSyncReplicas: [1, 2] },
    lastStableOffset: fields.highWatermark ?? log.length,
    read: (offset) => Buffer.concat(log.slice(offset)),
    ...fields,
  };
}

describe('partitions', () => {
  let watch: PartitionWatch;
  const log = batches(['a', 'b', 'c']);
  const see = (nodeId: number, ...replicas: InspectedReplica[]) => watch.look(nodeId, replicas);

  beforeEach(() => {
    watch = new PartitionWatch();
    see(1, replica(log, { isLeader: true }));
  });

  it('are fine when all have the same, some less of it, and the end is not committed yet', () => {
    see(2, replica(log.slice(0, 2), { highWatermark: 1 }));
    see(2, replica([...log.slice(0, 2), batch(2, 'other')], { highWatermark: 2 }));
    see(2, replica(log));
    watch.nodeEnded(1);
    see(2, replica([...log, batch(3, 'd', 2)], { isLeader: true, leaderEpoch: 2 }));
    see(1, replica(log, { highWatermark: 1 }));
    expect(watch.leaderChanges).toBe(2);
  });

  it.each<[string, () => void, string]>([
    ['two leaders in one epoch', () => see(2, replica(log, { isLeader: true })), 'has the leaders 1 and 2'],
    [
      'a leader that lacks what is committed',
      () => see(2, replica(log.slice(0, 2), { isLeader: true, leaderEpoch: 2, highWatermark: 1 })),
      'ends at 2, but 3 is committed',
    ],
    [
      'a leader that has something else there',
      () => see(2, replica(batches(['a', 'b', 'x']), { isLeader: true, leaderEpoch: 2, highWatermark: 1 })),
      'node 2 has other bytes at offset 2',
    ],
    [
      'another record at a committed offset',
      () => see(2, replica(batches(['a', 'x']))),
      'other bytes at offset 1',
    ],
    [
      'the same record of another epoch',
      () => see(2, replica([batch(0, 'a', 0)])),
      'node 2 has other bytes at offset 0',
    ],
    [
      'a high watermark that falls on a leader',
      () => see(1, replica(log, { isLeader: true, highWatermark: 2 })),
      'fell from 3 to 2',
    ],
    [
      'a high watermark beyond the log',
      () => see(2, replica(log.slice(0, 1), { highWatermark: 2 })),
      'beyond its end 1',
    ],
    [
      'committed records that are cut off',
      () => {
        see(2, replica(log));
        see(2, replica(log.slice(0, 1)));
      },
      'cut t:0 (topic) to 1, and 3 was committed',
    ],
    ['a gap', () => see(2, replica([log[0] ?? batch(0, ''), batch(2, 'c')])), 'nothing at offset 1'],
  ])('%s', (_what, act, message) => {
    expect(act).toThrow(message);
  });

  it('have all that is committed wherever a leader may come from', () => {
    const partition = partitionImage({ partition: 0, replicas: [1, 2, 3] });
    const imageWith = (changes: Partial<PartitionImage>): MetadataImage => {
      const topic = { name: 'topic', topicId: 't', partitions: new Map([[0, { ...partition, ...changes }]]) };
      return { ...emptyImage('cluster'), topicsById: new Map([['t', topic]]) };
    };
    see(2, replica(log.slice(0, 2), { highWatermark: 1 }));
    watch.checkCandidates(imageWith({ isr: [1] }), () => false);
    const member = imageWith({ isr: [1, 2] });
    expect(() => watch.checkCandidates(member, () => false)).toThrow(
      'node 2 may lead t:0 (topic) and ends at 2',
    );
    expect(() => watch.checkCandidates(imageWith({ isr: [1], elr: [2] }), () => false)).toThrow('node 2');
    watch.checkCandidates(member, (nodeId) => nodeId === 2);
    see(2, replica(log));
    watch.checkCandidates(member, () => false);
    see(1, replica([...log, batch(3, 'd')], { isLeader: true }));
    expect(() => watch.checkCandidates(member, () => false)).toThrow('but 4 is committed');
  });

  it('may come back empty after the replica was somewhere else', () => {
    see(2, replica(log));
    see(2);
    see(2, replica([]));
  });

  it('are asked for nothing that all devices have lost', () => {
    const known = watch.logOf('t', 0);
    expect(known.agreedEnd([Buffer.concat(log)])).toBe(3);
    expect(known.agreedEnd([Buffer.concat([...log.slice(0, 1), batch(1, 'x')])])).toBe(1);
    expect(known.agreedEnd([Buffer.concat(log).subarray(0, -1)])).toBe(2);
    known.excuse();
    see(2, replica(batches(['a', 'x']), { isLeader: true, leaderEpoch: 2 }));
  });

  describe('and their clients', () => {
    let history: ClientHistory;
    beforeEach(() => {
      history = new ClientHistory(watch);
    });

    it('are told what is committed', () => {
      history.acknowledged('t', 0, 1, ['b']);
      history.read('t', 0, 2, ['c']);
      history.checkEnd();
    });

    it('are not told of records that are not committed, or elsewhere', () => {
      expect(() => history.acknowledged('t', 0, 3, ['d'])).toThrow('was acknowledged, committed is null');
      expect(() => history.acknowledged('t', 0, 1, ['c'])).toThrow('committed is b');
      expect(() => history.read('t', 0, 1, ['c'])).toThrow('a consumer read [c]');
    });

    it('do not find an idempotent record twice', () => {
      see(1, replica([...log, batch(3, 'i1'), batch(4, 'i1')], { isLeader: true }));
      expect(() => history.checkEnd()).toThrow('i1 is at 3 and at 4');
    });
  });
});

describe('metadata', () => {
  let watch: MetadataWatch;
  const image = (offset: number, changes: Partial<PartitionImage> = {}): MetadataImage => {
    const partition = { ...partitionImage({ partition: 0, replicas: [1, 2, 3] }), ...changes };
    const topic = { name: 'topic', topicId: 't', partitions: new Map([[0, partition]]) };
    return { ...emptyImage('cluster'), offset, topicsById: new Map([['t', topic]]) };
  };

  beforeEach(() => {
    watch = new MetadataWatch();
    watch.lookAtQuorum(1, { epoch: 1, isLeader: true });
    watch.lookAtImage(1, image(5));
  });

  it('is fine when others follow and things move on', () => {
    watch.lookAtQuorum(2, { epoch: 2, isLeader: true });
    watch.lookAtImage(2, image(5));
    watch.lookAtImage(2, image(6, { leader: 2, leaderEpoch: 1, partitionEpoch: 1, isr: [2, 3] }));
    expect(watch.leaderCount).toBe(2);
  });

  it.each<[string, () => void, string]>([
    [
      'two leaders in one epoch',
      () => watch.lookAtQuorum(2, { epoch: 1, isLeader: true }),
      'has the leaders 1 and 2',
    ],
    ['an epoch that falls', () => watch.lookAtQuorum(1, { epoch: 0, isLeader: false }), 'fell from 1 to 0'],
    [
      'other metadata at the same offset',
      () => watch.lookAtImage(2, image(5, { elr: [], isr: [1, 2] })),
      'other metadata',
    ],
    ['an image that goes back', () => watch.lookAtImage(1, image(4)), 'went back'],
    [
      'a stranger in the ISR',
      () => watch.lookAtImage(1, image(6, { isr: [1, 4], partitionEpoch: 1 })),
      'who is no replica',
    ],
    [
      'a leader outside the ISR',
      () => watch.lookAtImage(1, image(6, { isr: [2, 3], partitionEpoch: 1 })),
      'a leader outside the ISR',
    ],
    [
      'in the ISR and in the ELR',
      () => watch.lookAtImage(1, image(6, { isr: [1], elr: [1], partitionEpoch: 1 })),
      'in the ISR and in the ELR',
    ],
    [
      'a partition epoch that is decided twice',
      () => watch.lookAtImage(1, image(6, { isr: [1, 2] })),
      'decided twice',
    ],
    [
      'a new leader in an old epoch',
      () => watch.lookAtImage(1, image(6, { leader: 2, partitionEpoch: 1 })),
      'a new leader in an old epoch',
    ],
  ])('%s', (_what, act, message) => {
    expect(act).toThrow(message);
  });
});
