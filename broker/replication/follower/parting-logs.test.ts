/**
 * Logs that have parted: the stories of KIP-101 and KIP-279, and what a follower does when nothing of its log is in its
 * leader's. Records are named by who wrote them.
 */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../../protocol/errors.ts';
import { readHeaders } from '../../log/log-test-kit.ts';
import type { PartitionLog } from '../../log/partition-log.ts';
import { extend, FollowerBench, logOf, type Run } from './follower-bench.ts';
import { answerOf } from './scripted-leader.ts';
import { truncationOffset } from './truncation-offset.ts';

function epochsOf(log: PartitionLog): string {
  return readHeaders(log)
    .map(({ partitionLeaderEpoch, baseOffset }) => `${partitionLeaderEpoch}@${baseOffset}`)
    .join(' ');
}

type Runs = readonly Run[];

/** A follower with its records behind a leader with other ones, until both are the same. */
async function meet(own: Runs, leaders: Runs, leaderEpoch: number, highWatermark = 0) {
  const bench = new FollowerBench();
  const local = bench.open();
  extend(local.log, ...own);
  local.state.noteLeaderHighWatermark(highWatermark, local.logEndOffset);
  const leader = bench.lead(1, leaderEpoch, logOf(...leaders));
  bench.follow(local, 1, leaderEpoch);
  await bench.until(() => bench.isCopy(local, 1));
  await bench.pass(1_000);
  expect(bench.isCopy(local, 1)).toBe(true);
  expect(
    local.log.leaderEpochs.entries.filter(({ startOffset }) => startOffset < local.logEndOffset),
  ).toEqual(
    leader.partitions
      .get(0)
      ?.log.leaderEpochs.entries.filter(({ startOffset }) => startOffset < local.logEndOffset),
  );
  await bench.fetchers.stop();
  return { bench, local, leader };
}

describe('KIP-101', () => {
  it('1: a follower that comes back keeps what it does not know to be committed', async () => {
    const bench = new FollowerBench();
    const local = bench.open();
    extend(local.log, [0, 2, 'm']);
    bench.lead(1, 0, logOf([0, 2, 'm'])).stopListening();
    bench.follow(local, 1, 0);
    await bench.pass(5_000);
    // The leader never came back: this log is the next leader's, with both records.
    bench.fetchers.unfollow(local);
    expect([local.logEndOffset, local.highWatermark]).toEqual([2, 0]);
    expect(bench.cuts).toEqual([]);
    await bench.fetchers.stop();
  });

  it('2: logs of the same length with different records become the same', async () => {
    const { bench, local } = await meet(
      [[0, 2, 'old']],
      [
        [0, 1, 'old'],
        [1, 1, 'new'],
      ],
      1,
    );
    expect(bench.cuts).toEqual([1]);
    expect(epochsOf(local.log)).toBe('0@0 1@1');
    expect(local.log.read({ offset: 1, maxBytes: 999 }).includes('new0')).toBe(true);
  });

  it('a leader that has lost its end gets no follower with more', async () => {
    const { bench, local } = await meet(
      [[0, 5, 'm']],
      [
        [0, 2, 'm'],
        [1, 1, 'n'],
      ],
      1,
    );
    expect(bench.cuts).toEqual([2]);
    expect(epochsOf(local.log)).toBe('0@0 0@1 1@2');
  });
});

describe('KIP-279', () => {
  it('1: leaders that follow one another fast leave epochs that the other never saw', async () => {
    // Epoch 1 was led by the leader of now, epoch 2 by the follower, none of them copied by the other.
    const { bench, local } = await meet(
      [
        [0, 5, 'm'],
        [2, 4, 'b'],
      ],
      [
        [0, 5, 'm'],
        [1, 8, 'a'],
      ],
      3,
    );
    expect(bench.cuts).toEqual([5]);
    expect(epochsOf(local.log).split(' ').slice(-1)).toEqual(['1@12']);
  });

  it('2: after an unclean election it takes more than one step', async () => {
    const own: Runs = [
      [0, 3, 'm'],
      [1, 4, 'b'],
      [3, 3, 'b'],
      [5, 2, 'b'],
    ];
    const leaders: Runs = [
      [0, 2, 'm'],
      [2, 2, 'a'],
      [4, 9, 'a'],
    ];
    const { bench, leader } = await meet(own, leaders, 6);
    expect(bench.cuts.length).toBeGreaterThan(1);
    expect(bench.cuts.at(-1)).toBe(2);
    expect(leader.asked.length).toBeGreaterThan(2);
  });

  it('epochs without a record are forgotten with what is cut', async () => {
    const bench = new FollowerBench();
    const local = bench.open();
    extend(local.log, [0, 3, 'm']);
    // It led for a moment and wrote nothing.
    local.log.beginLeaderEpoch(4);
    bench.lead(1, 5, logOf([0, 3, 'm']));
    bench.follow(local, 1, 5);
    bench.append(1, 2);
    await bench.until(() => bench.isCopy(local, 1));
    expect(local.log.leaderEpochs.entries).toEqual([
      { epoch: 0, startOffset: 0 },
      { epoch: 5, startOffset: 3 },
    ]);
    await bench.fetchers.stop();
  });
});

describe('a follower whose log is not in its leaders', () => {
  it('begins anew at the start of the leader', async () => {
    const bench = new FollowerBench();
    const local = bench.open();
    extend(local.log, [0, 3, 'm']);
    const log = logOf([0, 9, 'm'], [1, 4, 'n']);
    log.advanceLogStart(7);
    bench.lead(1, 1, log);
    bench.follow(local, 1, 1);
    await bench.until(() => local.logEndOffset === 13);
    expect([local.logStartOffset, local.highWatermark]).toEqual([7, 13]);
    expect(epochsOf(local.log)).toBe('0@7 0@8 1@9 1@10 1@11 1@12');
    expect(bench.logger.lines.join()).toContain('it is fetched anew from there');
    await bench.fetchers.stop();
  });

  it('that was wiped gets all that is left', async () => {
    const bench = new FollowerBench();
    const local = bench.open();
    const log = logOf([0, 9, 'm']);
    log.advanceLogStart(4);
    bench.lead(1, 3, log);
    bench.follow(local, 1, 3);
    await bench.until(() => local.logEndOffset === 9);
    expect([local.logStartOffset, local.highWatermark]).toEqual([4, 9]);
    expect(bench.logger.lines.filter((line) => !line.startsWith('INFO'))).toEqual([]);
    await bench.fetchers.stop();
  });

  it('and empty beyond its end begins at its start', async () => {
    const bench = new FollowerBench();
    const local = bench.open();
    local.log.restartAt(50);
    bench.lead(1, 3, logOf([0, 5, 'm']));
    bench.follow(local, 1, 3);
    await bench.until(() => bench.isCopy(local, 1));
    expect(local.logStartOffset).toBe(0);
    await bench.fetchers.stop();
  });

  it('asks where its last epoch ended when the leader cannot say it in a fetch', async () => {
    const bench = new FollowerBench();
    const local = bench.open();
    extend(local.log, [2, 8, 'b']);
    const leader = bench.lead(1, 3, logOf([2, 5, 'b'], [3, 1, 'c']));
    leader.script = (question) => {
      if (question.fetchOffset !== 8n) return null;
      return answerOf(question, { errorCode: ErrorCode.OFFSET_OUT_OF_RANGE, logStartOffset: 0n });
    };
    bench.follow(local, 1, 3);
    await bench.until(() => local.logEndOffset === 6 && bench.isCopy(local, 1));
    expect(leader.epochEndsAsked).toEqual([{ replicaId: 9, currentLeaderEpoch: 3, leaderEpoch: 2 }]);
    expect(bench.cuts).toEqual([5]);
    await bench.fetchers.stop();
  });
});

describe('a cut', () => {
  it('below the high watermark is told loudly, and takes the high watermark along', async () => {
    const { bench, local } = await meet(
      [[0, 6, 'm']],
      [
        [0, 2, 'm'],
        [1, 1, 'u'],
      ],
      1,
      5,
    );
    expect(local.highWatermark).toBe(3);
    const [line = ''] = bench.logger.lines.filter((one) => one.startsWith('ERROR'));
    expect(line).toContain('cut at offset 2, below its high watermark 5');
  });

  it('is on the device, and everybody has heard of it, before anything is fetched again', async () => {
    const bench = new FollowerBench();
    const local = bench.open();
    extend(local.log, [0, 4, 'm']);
    let release: () => void = () => undefined;
    bench.cutting = new Promise((resolve) => (release = resolve));
    const leader = bench.lead(1, 1, logOf([0, 1, 'm'], [1, 5, 'n']));
    bench.follow(local, 1, 1);
    await bench.until(() => bench.cuts.length === 1);
    await bench.pass(2_000);
    expect([local.logEndOffset, leader.asked.length]).toEqual([1, 1]);
    expect(local.log.recoveryPoint).toBe(1);
    release();
    await bench.until(() => bench.isCopy(local, 1));
    await bench.fetchers.stop();
  });

  it('where there is nothing to cut is not asked for again and again', async () => {
    const bench = new FollowerBench();
    const local = bench.open();
    extend(local.log, [0, 4, 'm']);
    const leader = bench.lead(1, 1, logOf([0, 4, 'm']));
    leader.script = (question) => answerOf(question, { divergingEpoch: { epoch: 0, endOffset: 9n } });
    bench.follow(local, 1, 1);
    await bench.pass(3_000);
    expect(leader.asked.length).toBeLessThan(15);
    expect(bench.logger.lines.filter((line) => line.includes('nothing to cut'))).toHaveLength(1);
    await bench.fetchers.stop();
  });
});

it.each([
  ['both know the epoch: the earlier end', { epoch: 4, endOffset: 20 }, { epoch: 4, endOffset: 15 }, 15],
  ['both know the epoch: the earlier end', { epoch: 4, endOffset: 12 }, { epoch: 4, endOffset: 15 }, 12],
  [
    'only the leader knows it: the own smaller one',
    { epoch: 4, endOffset: 20 },
    { epoch: 2, endOffset: 11 },
    11,
  ],
  ['no epochs here: the end of the leader', { epoch: 4, endOffset: 20 }, { epoch: -1, endOffset: -1 }, 20],
  ['never behind the log end', { epoch: 4, endOffset: 90 }, { epoch: -1, endOffset: -1 }, 30],
])('%s', (_name, leader, own, expected) => {
  expect(truncationOffset(leader, { logEndOffset: 30, endOf: () => own })).toBe(expected);
});
