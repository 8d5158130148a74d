/** Appends whose records are checked elsewhere: what happens to the partition meanwhile. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { forEachBatch } from '../../protocol/records/record-batch.ts';
import { refuse, type AppendContext } from '../log/append-checks.ts';
import { batchOf } from '../log/log-test-kit.ts';
import { checkAppend } from '../log/record-checks.ts';
import { inlineRecordWork, type CheckOutcome, type RecordWork } from '../record-work/record-work.ts';
import { TestBroker, topicOf } from './replica-test-kit.ts';

/** Checks compressed batches only when the test says so. */
class HeldRecordWork implements RecordWork {
  readonly held: (() => void)[] = [];
  readonly toMessageSet = inlineRecordWork.toMessageSet;
  stopped = false;

  check(records: Buffer, context: AppendContext): CheckOutcome | Promise<CheckOutcome> {
    if ((records[22] ?? 0) === 0) return checkAppend(records, context);
    return new Promise((resolve) => {
      this.held.push(() =>
        resolve(
          this.stopped ? refuse(ErrorCode.REQUEST_TIMED_OUT, 'stopped') : checkAppend(records, context),
        ),
      );
    });
  }

  /** Lets the checks end, in the given order. */
  release(...order: number[]): void {
    for (const index of order) this.held[index]?.();
  }

  stop(): Promise<void> {
    this.stopped = true;
    for (const end of this.held) end();
    return Promise.resolve();
  }
}

async function start() {
  const recordWork = new HeldRecordWork();
  const broker = await TestBroker.start({ topics: [topicOf('t', 2)], recordWork });
  return { broker, recordWork };
}

const producer = { producerId: 5, producerEpoch: 0 };
const slow = (changes: object = {}): Buffer => batchOf(2, { compression: 'gzip', ...changes });
const quick = (changes: object = {}): Buffer => batchOf(1, changes);

describe('appends keep their order', () => {
  it('within a partition, and others do not wait', async () => {
    const { broker, recordWork } = await start();
    const answers = [broker.append(slow()), broker.append(quick()), broker.append(slow())];
    expect(await broker.append(quick(), { partition: 1 })).toMatchObject({ errorCode: 0, baseOffset: 0 });
    recordWork.release(1, 0);
    expect((await Promise.all(answers)).map(({ baseOffset }) => baseOffset)).toEqual([0, 2, 3]);
    expect(await broker.append(quick())).toMatchObject({ baseOffset: 5 });
    const counts: number[] = [];
    const [result] = await broker.fetch();
    forEachBatch(result?.records ?? Buffer.alloc(0), ({ recordsCount }) => void counts.push(recordsCount));
    expect(counts).toEqual([2, 1, 2, 1]);
  });

  it('so that five batches of a producer in flight are in sequence', async () => {
    const { broker, recordWork } = await start();
    const answers = [0, 2, 4, 6, 8].map((baseSequence) => broker.append(slow({ ...producer, baseSequence })));
    recordWork.release(4, 2, 3, 0, 1);
    expect((await Promise.all(answers)).map(({ errorCode, baseOffset }) => [errorCode, baseOffset])).toEqual(
      [0, 2, 4, 6, 8].map((baseOffset) => [0, baseOffset]),
    );
  });

  it('so that a repeated batch whose first copy is still being checked is stored once', async () => {
    const { broker, recordWork } = await start();
    const first = broker.append(slow({ ...producer, baseSequence: 0 }));
    const again = broker.append(slow({ ...producer, baseSequence: 0 }));
    recordWork.release(1, 0);
    expect([await first, await again].map(({ errorCode, baseOffset }) => [errorCode, baseOffset])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(broker.manager.partition('t', 0)?.logEndOffset).toBe(2);
  });

  it('past a batch that is refused', async () => {
    const { broker, recordWork } = await start();
    const broken = slow().fill(7, 70);
    const answers = [broker.append(broken), broker.append(slow())];
    recordWork.release(1, 0);
    expect((await Promise.all(answers)).map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.CORRUPT_MESSAGE,
      0,
    ]);
  });
});

describe('while a batch is being checked', () => {
  it('the partition may get another leader', async () => {
    const { broker, recordWork } = await start();
    const answer = broker.append(slow());
    broker.apply({ created: [topicOf('t', 2, { leader: 7, leaderEpoch: 1 })] });
    recordWork.release(0);
    expect(await answer).toMatchObject({ errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER, baseOffset: -1 });
  });

  it('the topic may be deleted, and made anew', async () => {
    const { broker, recordWork } = await start();
    const answers = [broker.append(slow()), broker.append(slow())];
    broker.apply({ deleted: ['t'] });
    recordWork.release(0);
    expect(await answers[0]).toMatchObject({ errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION });
    broker.apply({ created: [topicOf('t', 2, {}, 'another-id-for-t-22')] });
    recordWork.release(1);
    expect((await answers[1])?.errorCode).not.toBe(0);
    expect(broker.manager.partition('t', 0)?.logEndOffset).toBe(0);
  });

  it('the broker may stop: the batch is refused and its logs close', async () => {
    const { broker } = await start();
    const answer = broker.append(slow());
    await broker.stop();
    expect(await answer).toMatchObject({ errorCode: ErrorCode.REQUEST_TIMED_OUT, errorMessage: 'stopped' });
  });
});

it('a leader that was cut as a follower writes nothing before that is forced: old batches could come back between', async () => {
  const broker = await TestBroker.start({ topics: [topicOf('t', 1)] });
  for (let i = 0; i < 3; i++) await broker.append(batchOf(1));
  const [managed] = broker.manager.logs();
  managed?.log.truncateTo(1);
  expect(await broker.append(batchOf(1))).toMatchObject({ errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER });
  await managed?.log.flush();
  expect(await broker.append(batchOf(1))).toMatchObject({ errorCode: 0, baseOffset: 1 });
});
