/** Each promise about transactions, broken once by hand: the watches must say so, and say nothing while it is kept. */
import { beforeEach, describe, expect, it } from 'vitest';
import { encodeTransactionMarker } from '../../protocol/records/control-records.ts';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import { writeSafeInt64 } from '../../protocol/records/record-batch.ts';
import type { InspectedReplica } from './inspection.ts';
import { PartitionWatch } from './partition-watch.ts';
import { type ClientTransaction, TransactionLedger, valueOf } from './transaction-ledger.ts';

const PRODUCER = 7;

/** One record of a producer's transaction; by default in the first epoch. */
function record(baseOffset: number, value: string, producerEpoch = 0): Buffer {
  return encodeRecordBatch({
    ...{ records: [{ key: null, value: Buffer.from(value) }], baseOffset, timestampMs: 1000 },
    ...{ producerId: PRODUCER, producerEpoch, baseSequence: 0, isTransactional: true },
  });
}

function marker(baseOffset: number, committed: boolean, producerEpoch = 0): Buffer {
  const bytes = encodeTransactionMarker({
    ...{ committed, producerId: PRODUCER, producerEpoch, coordinatorEpoch: 0, timestampMs: 1000 },
  });
  writeSafeInt64(bytes, 0, baseOffset);
  return bytes;
}

function replica(log: readonly Buffer[], fields: Partial<InspectedReplica> = {}): InspectedReplica {
  return {
    ...{ name: 't:0', topicId: 't', topic: 'topic', partition: 0, isLeader: true, leaderEpoch: 1 },
    ...{ logStartOffset: 0, logEndOffset: log.length, highWatermark: log.length, inSyncReplicas: [1, 2] },
    lastStableOffset: fields.highWatermark ?? log.length,
    read: (offset) => Buffer.concat(log.slice(offset)),
    ...fields,
  };
}

describe('the last stable offset', () => {
  let watch: PartitionWatch;
  const open = [record(0, 'a'), record(1, 'b')];
  const ended = [...open, marker(2, true), record(3, 'c')];
  const see = (log: readonly Buffer[], fields: Partial<InspectedReplica>) =>
    watch.look(1, [replica(log, fields)]);

  beforeEach(() => {
    watch = new PartitionWatch();
  });

  it('stays at what is open, also while its end is not committed, and moves on with it', () => {
    see(open, { lastStableOffset: 0 });
    see(ended.slice(0, 3), { highWatermark: 2, lastStableOffset: 0 });
    see(ended.slice(0, 3), { lastStableOffset: 3 });
    see(ended, { lastStableOffset: 3 });
  });

  it('may be higher in a log that was opened with the end, until that is committed', () => {
    see(ended.slice(0, 3), { highWatermark: 2, lastStableOffset: 2 });
    see(ended.slice(0, 3), { lastStableOffset: 3 });
  });

  it.each<[string, () => unknown, string]>([
    ['is beyond what is open', () => see(open, { lastStableOffset: 1 }), 'by its markers it is 0'],
    ['waits for nothing', () => see(ended.slice(0, 3), { lastStableOffset: 0 }), 'by its markers it is 3'],
    [
      'is beyond what was open when the log was opened',
      () => {
        see(open, { lastStableOffset: 0 });
        see(ended.slice(0, 3), { highWatermark: 2, lastStableOffset: 2 });
      },
      'by its markers it is 0',
    ],
    [
      'falls on a leader',
      () => {
        see(ended.slice(0, 3), { highWatermark: 2, lastStableOffset: 2 });
        see(ended, { highWatermark: 2, lastStableOffset: 0 });
      },
      'fell from 2 to 0',
    ],
  ])('%s: noticed', (_what, lie, message) => {
    expect(lie).toThrow(message);
  });
});

describe('a log', () => {
  const committed = (...log: Buffer[]) => new PartitionWatch().look(1, [replica(log)]);

  it('may have transactions of one producer one after the other, in rising epochs', () => {
    committed(record(0, 'tx:1:0'), marker(1, true, 1), record(2, 'tx:2:0', 1), marker(3, false, 2));
  });

  it.each<[string, Buffer[], string]>([
    ['an epoch goes back', [record(0, 'a', 1), record(1, 'b', 0)], 'has epoch 0 at 1 of t:0, after 1'],
    ['a marker is of an epoch before', [record(0, 'a', 1), marker(1, true, 0)], 'has epoch 0 at 1'],
    ['two transactions are one', [record(0, 'tx:1:0'), record(1, 'tx:2:0')], 'x:2 is at 1 of t:0, in x:1'],
  ])('%s: noticed', (_what, log, message) => {
    expect(() => committed(...log)).toThrow(message);
  });
});

describe('what clients know of transactions', () => {
  let watch: PartitionWatch;
  let ledger: TransactionLedger;
  let forgets: string;
  let one: ClientTransaction;
  let value: string;

  beforeEach(() => {
    watch = new PartitionWatch();
    forgets = '';
    ledger = new TransactionLedger({ watch, mayForget: (topic) => topic === forgets });
    one = ledger.begin('x');
    value = valueOf(one, 0);
  });

  /** The record in one or two partitions, with how each of them ended; it was acknowledged. */
  const logged = (...outcomes: boolean[]) => {
    for (const [partition, outcome] of outcomes.entries()) {
      const log = [record(0, value), marker(1, outcome)];
      watch.look(1, [replica(log, { name: `t:${String(partition)}`, partition })]);
      ledger.acknowledged(one, watch.logOf('t', partition), [value]);
    }
  };
  const read = (isLeftOut: boolean) => ledger.read(watch.logOf('t', 0), PRODUCER, 0, value, isLeftOut);

  it('holds', () => {
    one.wish = 'commit asked';
    ledger.wasCommitted(one);
    logged(true, true);
    read(false);
    one.hasOffset = true;
    ledger.readOffset('x', 1, ledger.leastOffset('x'));
    ledger.checkEnd(new Set([value]));
    expect(ledger.committed).toBe(1);
  });

  it.each<[string, () => unknown, string]>([
    [
      'a record of an aborted one is read',
      () => {
        logged(false);
        read(false);
      },
      'was given [tx:1:0] at 0 of t:0, of a transaction that is aborted',
    ],
    [
      'a record of a committed one is left out',
      () => {
        one.wish = 'committed';
        logged(true);
        read(true);
      },
      'left out [tx:1:0]',
    ],
    [
      'one counts that nobody asked to commit',
      () => {
        logged(true);
        read(false);
      },
      'nobody asked to commit it',
    ],
    [
      'one is committed in one partition and aborted in the other',
      () => {
        one.wish = 'commit asked';
        logged(true, false);
        ledger.checkEnd(new Set([value]));
      },
      'transaction x:1 is committed in part',
    ],
    [
      'a committed one is aborted',
      () => {
        one.wish = 'committed';
        logged(false);
        ledger.checkEnd(new Set());
      },
      'is aborted, and its client was told that it is committed',
    ],
    [
      'a record of a committed one is missing',
      () => {
        one.wish = 'committed';
        logged(true);
        ledger.checkEnd(new Set());
      },
      '[tx:1:0] of the committed transaction x:1 in t:0 is not seen',
    ],
    [
      'what was read early ends otherwise',
      () => {
        one.wish = 'commit asked';
        watch.look(1, [replica([record(0, value)], { lastStableOffset: 0 })]);
        read(false);
        watch.look(1, [replica([record(0, value), marker(1, false)], {})]);
        ledger.checkEnd(new Set());
      },
      'before its end, which is another',
    ],
    [
      'an offset of one that nobody committed counts',
      () => {
        one.hasOffset = true;
        ledger.readOffset('x', 1, -1);
      },
      'group x has the offset 1, -1 was committed (open)',
    ],
    [
      'a committed offset is forgotten',
      () => {
        one.hasOffset = true;
        one.wish = 'committed';
        ledger.readOffset('x', -1, ledger.leastOffset('x'));
      },
      'group x has the offset -1, 1 was committed',
    ],
    [
      'who was shut out is not refused',
      () => {
        const owner = ledger.owned('x', { producerId: 1n, producerEpoch: 3 });
        const late = ledger.owned('x', { producerId: 1n, producerEpoch: 2 });
        expect([owner, late].map((each) => ledger.isOwner('x', each))).toEqual([true, false]);
        ledger.owned('x', { producerId: 1n, producerEpoch: 4 });
        expect(ledger.isOwner('x', owner)).toBe(false);
        ledger.mustBeRefused('t0', 'a commit');
      },
      't0 was not refused: a commit',
    ],
  ])('%s: noticed', (_what, lie, message) => {
    expect(lie).toThrow(message);
  });

  it('is not asked for where the coordinators have lost what was decided', () => {
    forgets = '__transaction_state';
    logged(true);
    read(false);
    ledger.checkEnd(new Set());
    ledger.mustBeRefused('t0', 'a commit');
  });
});
