/**
 * Transactions whose end raises the epoch (KIP-890): nothing that was sent for one of them, however late it comes, concerns the
 * next one; a lost answer is given again; and all of it is known to the next coordinator.
 */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../../protocol/errors.ts';
import { TransactionTestKit } from './transaction-test-kit.ts';

const { CONCURRENT_TRANSACTIONS, INVALID_PRODUCER_ID_MAPPING, INVALID_TXN_STATE, PRODUCER_FENCED } =
  ErrorCode;

async function started(): Promise<TransactionTestKit> {
  const kit = new TransactionTestKit();
  await kit.start();
  kit.setLevel(2);
  return kit;
}

/** The producer with its transaction open in `t/0`. */
async function opened(kit: TransactionTestKit) {
  const { producerId, producerEpoch } = await kit.init();
  const producer = { producerId, producerEpoch };
  expect(await kit.announce(producer)).toBe(0);
  return producer;
}

/** As after 32766 transactions. */
async function atLastEpoch(kit: TransactionTestKit) {
  let producer = await kit.init();
  while (producer.producerEpoch < 32_766) {
    const answer = kit.coordinator.initialize({ transactionalId: 'x', timeoutMs: 20_000, expected: null });
    if (producer.producerEpoch % 100 === 0) await kit.advance(0);
    producer = await answer;
  }
  expect(await kit.announce(producer)).toBe(0);
  return producer;
}

describe('an end that raises the epoch', () => {
  it.each([
    [true, 'CompleteCommit'],
    [false, 'CompleteAbort'],
  ] as const)('tells the next one, which the markers have, too; committed %s', async (committed, state) => {
    const kit = await started();
    const producer = await opened(kit);
    const next = { producerId: 1000, producerEpoch: 1 };
    expect(await kit.endAndRaise(producer, committed)).toEqual({ errorCode: 0, ...next });
    expect(kit.stateOf()).toBe(state);
    expect(kit.markers).toMatchObject([{ place: 't/0', ...next, committed, transactionVersion: 2 }]);
    expect(await kit.announce(next)).toBe(0);
    expect(await kit.endAndRaise(next, true)).toMatchObject({ errorCode: 0, producerEpoch: 2 });
  });

  it('gives a lost answer again, also after a failover, and refuses what contradicts it', async () => {
    const kit = await started();
    const producer = await opened(kit);
    const answer = await kit.endAndRaise(producer, true);
    for (let round = 0; round < 2; round += 1) {
      expect(await kit.endAndRaise(producer, true)).toEqual(answer);
      expect((await kit.endAndRaise(producer, false)).errorCode).toBe(INVALID_TXN_STATE);
      await kit.restart();
    }
    expect(kit.markers.length).toBe(1);
  });

  it('has who repeats it wait while markers are missing, and who goes on already', async () => {
    const kit = await started();
    const producer = await opened(kit);
    kit.refusals.set('t/0', ErrorCode.NOT_LEADER_OR_FOLLOWER);
    const { errorCode, ...next } = await kit.endAndRaise(producer, true);
    expect(errorCode).toBe(0);
    expect((await kit.endAndRaise(producer, true)).errorCode).toBe(CONCURRENT_TRANSACTIONS);
    expect((await kit.endAndRaise(producer, false)).errorCode).toBe(INVALID_TXN_STATE);
    expect(await kit.announce(next, 1)).toBe(CONCURRENT_TRANSACTIONS);
    expect((await kit.endAndRaise(next, false)).errorCode).toBe(CONCURRENT_TRANSACTIONS);
    kit.refusals.clear();
    await kit.advance(200);
    expect(await kit.announce(next, 1)).toBe(0);
  });

  it('of an earlier epoch does not touch the next transaction', async () => {
    const kit = await started();
    const producer = await opened(kit);
    const { errorCode: _none, ...next } = await kit.endAndRaise(producer, true);
    expect(await kit.announce(next)).toBe(0);
    for (const committed of [true, false]) {
      expect((await kit.endAndRaise(producer, committed)).errorCode).toBe(PRODUCER_FENCED);
      expect(await kit.end(producer, committed)).toBe(PRODUCER_FENCED);
    }
    expect(await kit.announce(producer, 1)).toBe(PRODUCER_FENCED);
    expect((await kit.init('x', producer)).errorCode).toBe(PRODUCER_FENCED);
    expect(kit.coordinator.describe('x').stored).toMatchObject({
      ...{ state: 'Ongoing', ...next, partitions: new Map([['t', new Set([0])]]) },
    });
    expect(kit.markers.length).toBe(1);
  });

  it('aborts a transaction that has no partition yet, and commits none', async () => {
    const kit = await started();
    const { errorCode: _none, ...producer } = await kit.init();
    expect((await kit.endAndRaise(producer, true)).errorCode).toBe(INVALID_TXN_STATE);
    for (const producerEpoch of [0, 1, 2])
      expect(await kit.endAndRaise({ ...producer, producerEpoch }, false)).toMatchObject({
        ...{ errorCode: 0, producerEpoch: producerEpoch + 1 },
      });
    expect([kit.stateOf(), kit.markers.length]).toEqual(['CompleteAbort', 0]);
    const last = { ...producer, producerEpoch: 3 };
    expect((await kit.endAndRaise(last, true)).errorCode).toBe(INVALID_TXN_STATE);
  });

  it('refuses who is not the producer of the id', async () => {
    const kit = await started();
    const nobody = { producerId: 1, producerEpoch: 0 };
    expect((await kit.endAndRaise(nobody, true)).errorCode).toBe(INVALID_PRODUCER_ID_MAPPING);
    const producer = await opened(kit);
    expect((await kit.endAndRaise({ ...producer, producerId: 7 }, true)).errorCode).toBe(
      INVALID_PRODUCER_ID_MAPPING,
    );
    for (const producerEpoch of [-1, 1, 32_767])
      expect(await kit.endAndRaise({ ...producer, producerEpoch }, true)).toEqual({
        ...{ errorCode: PRODUCER_FENCED, producerId: -1, producerEpoch: -1 },
      });
    expect(kit.stateOf()).toBe('Ongoing');
  });
});

describe('a producer whose epochs are used up', () => {
  it('is told its next id with the end, has it when all markers are written, and is told again', async () => {
    const kit = await started();
    const producer = await atLastEpoch(kit);
    kit.refusals.set('t/0', ErrorCode.NOT_LEADER_OR_FOLLOWER);
    const next = { producerId: 1001, producerEpoch: 0 };
    expect(await kit.endAndRaise(producer, true)).toEqual({ errorCode: 0, ...next });
    for (let round = 0; round < 2; round += 1) {
      expect(await kit.announce(next, 1)).toBe(CONCURRENT_TRANSACTIONS);
      expect((await kit.endAndRaise(next, false)).errorCode).toBe(CONCURRENT_TRANSACTIONS);
      expect((await kit.init('x', next)).errorCode).toBe(CONCURRENT_TRANSACTIONS);
      await kit.restart();
    }
    kit.refusals.clear();
    await kit.advance(200);
    expect(kit.markers).toMatchObject([{ producerId: 1000, producerEpoch: 32_767, committed: true }]);
    expect(await kit.endAndRaise(producer, true)).toEqual({ errorCode: 0, ...next });
    await kit.restart();
    expect(await kit.endAndRaise(producer, true)).toEqual({ errorCode: 0, ...next });
    expect(await kit.announce(next, 1)).toBe(0);
    expect((await kit.endAndRaise(producer, true)).errorCode).toBe(INVALID_PRODUCER_ID_MAPPING);
  }, 60_000);

  it('also at a level whose records had no place for it', async () => {
    const kit = await started();
    const producer = await atLastEpoch(kit);
    kit.setLevel(0);
    kit.refusals.set('t/0', ErrorCode.NOT_LEADER_OR_FOLLOWER);
    const { errorCode: _none, ...next } = await kit.endAndRaise(producer, true);
    await kit.restart();
    kit.refusals.clear();
    await kit.advance(200);
    expect(await kit.announce(next)).toBe(0);
  }, 60_000);

  it('is shut out when it takes too long', async () => {
    const kit = await started();
    const producer = await atLastEpoch(kit);
    await kit.advance(40_000);
    expect(kit.stateOf()).toBe('CompleteAbort');
    expect((await kit.endAndRaise(producer, false)).errorCode).toBe(PRODUCER_FENCED);
    const beyond = { ...producer, producerEpoch: 32_767 };
    expect((await kit.endAndRaise(beyond, false)).errorCode).toBe(PRODUCER_FENCED);
    expect(await kit.init()).toEqual({ errorCode: 0, producerId: 1001, producerEpoch: 0 });
  }, 60_000);
});

describe('a transaction that is ended by somebody else', () => {
  it('for its time raises the epoch, which its producer learns by aborting', async () => {
    const kit = await started();
    const producer = await opened(kit);
    await kit.advance(80_000);
    expect(kit.stateOf()).toBe('CompleteAbort');
    expect(kit.markers).toMatchObject([{ producerEpoch: 1, committed: false, transactionVersion: 2 }]);
    expect((await kit.endAndRaise(producer, true)).errorCode).toBe(INVALID_TXN_STATE);
    const { errorCode, ...next } = await kit.endAndRaise(producer, false);
    expect([errorCode, next]).toEqual([0, { producerId: 1000, producerEpoch: 1 }]);
    expect(await kit.announce(next)).toBe(0);
  });

  it('by the next producer of the id leaves an epoch that nobody is told', async () => {
    const kit = await started();
    const producer = await opened(kit);
    expect((await kit.init()).errorCode).toBe(CONCURRENT_TRANSACTIONS);
    for (const committed of [true, false])
      expect((await kit.endAndRaise(producer, committed)).errorCode).toBe(PRODUCER_FENCED);
    expect(await kit.init()).toEqual({ errorCode: 0, producerId: 1000, producerEpoch: 2 });
    expect((await kit.endAndRaise(producer, false)).errorCode).toBe(PRODUCER_FENCED);
  });

  it('of an older client stays as it was, in the same cluster and under the same id', async () => {
    const kit = await started();
    const { errorCode: _none, ...old } = await kit.init();
    await kit.add(old);
    expect(await kit.end(old, true)).toBe(0);
    expect(await kit.end(old, true)).toBe(0);
    expect(kit.markers).toMatchObject([{ producerEpoch: 0, transactionVersion: 0 }]);
    await kit.add(old);
    await kit.advance(80_000);
    expect(await kit.end(old, false)).toBe(PRODUCER_FENCED);
    expect((await kit.endAndRaise(old, false)).errorCode).toBe(PRODUCER_FENCED);
    const { errorCode: _one, ...young } = await kit.init();
    await kit.announce(young);
    expect(await kit.endAndRaise(young, true)).toMatchObject({ errorCode: 0, producerEpoch: 3 });
  });
});

it.each([
  [0, 0],
  [1, 1],
  [2, 1],
])('at level %d of transaction.version records have version %d', async (level, version) => {
  const kit = new TransactionTestKit();
  await kit.start();
  kit.setLevel(level);
  await kit.add(await kit.init());
  expect(kit.valueVersions()).toEqual([version, version]);
});
