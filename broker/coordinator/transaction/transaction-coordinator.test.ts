/**
 * The transaction coordinator, request by request: every way through the states, every refusal, and what is left of it after a
 * failover.
 */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../../protocol/errors.ts';
import { TransactionTestKit } from './transaction-test-kit.ts';
import { mayFollow, TRANSACTION_STATES } from './transaction-state.ts';

const {
  CONCURRENT_TRANSACTIONS,
  COORDINATOR_NOT_AVAILABLE,
  INVALID_PRODUCER_ID_MAPPING,
  INVALID_REQUEST,
  INVALID_TRANSACTION_TIMEOUT,
  INVALID_TXN_STATE,
  NOT_COORDINATOR,
  PRODUCER_FENCED,
  TRANSACTION_COORDINATOR_FENCED,
  TRANSACTIONAL_ID_NOT_FOUND,
} = ErrorCode;

async function started(config = {}): Promise<TransactionTestKit> {
  const kit = new TransactionTestKit(config);
  await kit.start();
  return kit;
}

it('knows these transitions and no other', () => {
  const table = TRANSACTION_STATES.map((from) => [
    from,
    TRANSACTION_STATES.filter((to) => mayFollow(from, to)),
  ]);
  expect(Object.fromEntries(table)).toEqual({
    Empty: ['Empty', 'Ongoing', 'PrepareAbort', 'Dead'],
    Ongoing: ['Ongoing', 'PrepareCommit', 'PrepareAbort'],
    PrepareCommit: ['CompleteCommit'],
    PrepareAbort: ['CompleteAbort'],
    CompleteCommit: ['Empty', 'Ongoing', 'PrepareAbort', 'Dead'],
    CompleteAbort: ['Empty', 'Ongoing', 'PrepareAbort', 'Dead'],
    Dead: [],
    PrepareEpochFence: [],
  });
});

describe('InitProducerId', () => {
  it('gives an id, and the next epoch of it to whoever comes next', async () => {
    const kit = await started();
    expect(await kit.init()).toEqual({ errorCode: 0, producerId: 1000, producerEpoch: 0 });
    expect(await kit.init()).toEqual({ errorCode: 0, producerId: 1000, producerEpoch: 1 });
    expect(await kit.init('y')).toEqual({ errorCode: 0, producerId: 1001, producerEpoch: 0 });
    expect(kit.stateOf()).toBe('Empty');
  });

  it('refuses ids that are empty, and timeouts that are none or too long', async () => {
    const kit = await started();
    expect(await kit.init('')).toMatchObject({ errorCode: INVALID_REQUEST });
    expect(await kit.init('i'.repeat(32_768))).toMatchObject({ errorCode: INVALID_REQUEST });
    for (const timeoutMs of [0, -1, 900_001])
      expect(await kit.init('x', null, timeoutMs)).toMatchObject({ errorCode: INVALID_TRANSACTION_TIMEOUT });
    expect(await kit.init('x', null, 900_000)).toMatchObject({ errorCode: 0 });
  });

  it('aborts what is open, with an epoch that nobody gets, before it gives the next', async () => {
    const kit = await started();
    const first = await kit.init();
    await kit.add(first);
    kit.refusals.set('t/0', ErrorCode.NOT_LEADER_OR_FOLLOWER);
    expect(await kit.init()).toMatchObject({ errorCode: CONCURRENT_TRANSACTIONS, producerId: -1 });
    expect(kit.stateOf()).toBe('PrepareAbort');
    expect(await kit.init()).toMatchObject({ errorCode: CONCURRENT_TRANSACTIONS });
    expect(await kit.end(first, true)).toBe(PRODUCER_FENCED);
    kit.refusals.clear();
    await kit.advance(200);
    expect(kit.stateOf()).toBe('CompleteAbort');
    expect(kit.markers).toMatchObject([{ place: 't/0', producerEpoch: 1, committed: false }]);
    expect(await kit.init()).toEqual({ errorCode: 0, producerId: 1000, producerEpoch: 2 });
  });

  it('lets a producer that names itself go on, once, and refuses it when another one has come', async () => {
    const kit = await started();
    const first = await kit.init();
    const raised = await kit.init('x', first);
    expect(raised).toEqual({ errorCode: 0, producerId: 1000, producerEpoch: 1 });
    // The same question again: its answer may have been lost.
    expect(await kit.init('x', first)).toEqual(raised);
    expect(await kit.init()).toMatchObject({ producerEpoch: 2 });
    expect(await kit.init('x', first)).toMatchObject({ errorCode: PRODUCER_FENCED });
    expect(await kit.init('x', raised)).toMatchObject({ errorCode: PRODUCER_FENCED });
    expect(await kit.init('x', { producerId: 7, producerEpoch: 2 })).toMatchObject({
      errorCode: PRODUCER_FENCED,
    });
  });

  it('gives a new id when the epochs of the old one are used up', async () => {
    const kit = await started();
    let producer = await kit.init();
    for (let epoch = 1; epoch <= 32_766; epoch += 1) {
      const answer = kit.coordinator.initialize({ transactionalId: 'x', timeoutMs: 1_000, expected: null });
      if (epoch % 100 === 0) await kit.advance(0);
      producer = await answer;
    }
    expect(producer).toMatchObject({ producerId: 1000, producerEpoch: 32_766 });
    const next = await kit.init('x', producer);
    expect(next).toEqual({ errorCode: 0, producerId: 1001, producerEpoch: 0 });
    expect(await kit.init('x', producer)).toEqual(next);
  }, 60_000);
});

describe('AddPartitionsToTxn and EndTxn', () => {
  it.each([
    [true, 'CompleteCommit'],
    [false, 'CompleteAbort'],
  ] as const)('write the markers of all partitions, committed %s', async (committed, state) => {
    const kit = await started();
    const producer = await kit.init();
    expect(await kit.add(producer, [0, 1])).toBe(0);
    expect(await kit.add(producer, [1, 3])).toBe(0);
    expect(kit.coordinator.describe('x').stored).toMatchObject({ state: 'Ongoing' });
    expect(await kit.end(producer, committed)).toBe(0);
    await kit.advance(0);
    expect(kit.markers.map(({ place }) => place)).toEqual(['t/0', 't/1', 't/3']);
    expect(new Set(kit.markers.map((marker) => marker.committed))).toEqual(new Set([committed]));
    expect(kit.stateOf()).toBe(state);
    // Asked again, the answer is the same; the contrary is refused.
    expect(await kit.end(producer, committed)).toBe(0);
    expect(await kit.end(producer, !committed)).toBe(INVALID_TXN_STATE);
    const states = kit.records().map(({ value }) => value?.state);
    expect(states).toEqual(['Empty', 'Ongoing', 'Ongoing', `Prepare${state.slice(8)}`, state]);
  });

  it('write nothing for partitions that are announced already', async () => {
    const kit = await started();
    const producer = await kit.init();
    await kit.add(producer, [0, 1]);
    const count = kit.records().length;
    expect(await kit.add(producer, [1])).toBe(0);
    expect(kit.records().length).toBe(count);
  });

  it('refuse who is not the producer of the id', async () => {
    const kit = await started();
    expect(await kit.add({ producerId: 1, producerEpoch: 0 })).toBe(INVALID_PRODUCER_ID_MAPPING);
    const producer = await kit.init();
    for (const ask of [() => kit.add, () => kit.end] as const) {
      const call = (fields: object) =>
        ask() === kit.add ? kit.add({ ...producer, ...fields }) : kit.end({ ...producer, ...fields }, true);
      expect(await call({ producerId: 7 })).toBe(INVALID_PRODUCER_ID_MAPPING);
      expect(await call({ producerEpoch: 1 })).toBe(PRODUCER_FENCED);
      expect(await call({ producerEpoch: -1 })).toBe(PRODUCER_FENCED);
    }
    expect(await kit.add(producer, [0], '')).toBe(INVALID_REQUEST);
    expect(await kit.end(producer, true)).toBe(INVALID_TXN_STATE);
  });

  it('ask to wait while markers are missing', async () => {
    const kit = await started();
    const producer = await kit.init();
    await kit.add(producer);
    kit.refusals.set('t/0', ErrorCode.NOT_ENOUGH_REPLICAS);
    expect(await kit.end(producer, true)).toBe(0);
    expect(await kit.add(producer)).toBe(CONCURRENT_TRANSACTIONS);
    expect(await kit.end(producer, true)).toBe(CONCURRENT_TRANSACTIONS);
    expect(await kit.end(producer, false)).toBe(INVALID_TXN_STATE);
    kit.refusals.clear();
    await kit.advance(200);
    expect(await kit.add(producer)).toBe(0);
  });

  it('decide nothing that contradicts what is on its way to the log, however late it is committed', async () => {
    const kit = await started();
    const producer = await kit.init();
    await kit.add(producer);
    kit.log.holdCommits();
    const late = kit.coordinator.end({ ...producer, transactionalId: 'x', committed: true });
    await kit.advance(30_001);
    expect(await late).toBe(COORDINATOR_NOT_AVAILABLE);
    expect(await kit.end(producer, false)).toBe(CONCURRENT_TRANSACTIONS);
    await kit.advance(100_000);
    kit.log.releaseCommits();
    await kit.advance(1);
    expect(kit.stateOf()).toBe('CompleteCommit');
    expect(kit.markers).toMatchObject([{ committed: true, producerEpoch: 0 }]);
  });

  it('leave everything as it was when the log refuses', async () => {
    const kit = await started();
    const producer = await kit.init();
    kit.log.refuseWith = ErrorCode.NOT_ENOUGH_REPLICAS;
    expect(await kit.add(producer)).toBe(COORDINATOR_NOT_AVAILABLE);
    expect(await kit.init('new')).toMatchObject({ errorCode: COORDINATOR_NOT_AVAILABLE });
    expect(kit.stateOf('new')).toBe(null);
    kit.log.refuseWith = 0;
    expect(kit.stateOf()).toBe('Empty');
    expect(await kit.add(producer)).toBe(0);
    expect(await kit.init('new')).toMatchObject({ errorCode: 0 });
  });

  it('write the last record again until the log takes it', async () => {
    const kit = await started();
    const producer = await kit.init();
    await kit.add(producer);
    kit.refusals.set('t/0', ErrorCode.NOT_LEADER_OR_FOLLOWER);
    await kit.end(producer, true);
    kit.log.refuseWith = ErrorCode.NOT_ENOUGH_REPLICAS;
    kit.refusals.clear();
    await kit.advance(1_000);
    expect([kit.stateOf(), kit.markers.length]).toEqual(['PrepareCommit', 1]);
    kit.log.refuseWith = 0;
    await kit.advance(1_000);
    expect([kit.stateOf(), kit.markers.length]).toEqual(['CompleteCommit', 1]);
  });
});

describe('a transaction whose end is decided', () => {
  it('needs no marker in a topic that is deleted', async () => {
    const kit = await started();
    const producer = await kit.init();
    await kit.add(producer);
    kit.refusals.set('t/0', ErrorCode.NOT_LEADER_OR_FOLLOWER);
    await kit.end(producer, true);
    kit.deleteTopic('t');
    await kit.advance(200);
    expect(kit.stateOf()).toBe('CompleteCommit');
  });

  it('is carried out by the next coordinator', async () => {
    const kit = await started();
    const producer = await kit.init();
    await kit.add(producer, [0, 1]);
    kit.refusals.set('t/1', ErrorCode.NOT_LEADER_OR_FOLLOWER);
    await kit.end(producer, true);
    await kit.restart();
    kit.refusals.clear();
    await kit.advance(200);
    expect(kit.stateOf()).toBe('CompleteCommit');
    expect(new Set(kit.markers.map(({ place }) => place))).toEqual(new Set(['t/0', 't/1']));
    expect(await kit.init()).toMatchObject({ errorCode: 0, producerId: 1000, producerEpoch: 1 });
  });

  it('is left to a later coordinator that the partition has seen', async () => {
    const kit = await started();
    const producer = await kit.init();
    await kit.add(producer);
    kit.refusals.set('t/0', TRANSACTION_COORDINATOR_FENCED);
    await kit.end(producer, true);
    kit.refusals.clear();
    await kit.advance(1_000);
    expect([kit.stateOf(), kit.markers]).toEqual(['PrepareCommit', []]);
  });

  it('is read from the log anew when nobody knows whether it is in there', async () => {
    const kit = await started();
    const producer = await kit.init();
    await kit.add(producer);
    kit.log.refuseWith = ErrorCode.KAFKA_STORAGE_ERROR;
    expect(await kit.end(producer, true)).toBe(NOT_COORDINATOR);
    kit.log.refuseWith = 0;
    expect(await kit.end(producer, true)).toBe(CONCURRENT_TRANSACTIONS);
    await kit.advance(200);
    expect(kit.stateOf()).toBe('Ongoing');
    expect(await kit.end(producer, true)).toBe(0);
  });
});

describe('time', () => {
  it('aborts what takes longer than its producer said, and fences it', async () => {
    const kit = await started();
    const producer = await kit.init('x', null, 25_000);
    await kit.add(producer);
    await kit.advance(20_000);
    expect(kit.stateOf()).toBe('Ongoing');
    await kit.advance(10_001);
    expect(kit.stateOf()).toBe('CompleteAbort');
    expect(kit.markers).toMatchObject([{ producerEpoch: 1, committed: false }]);
    expect(await kit.end(producer, true)).toBe(PRODUCER_FENCED);
    expect(await kit.init()).toMatchObject({ producerEpoch: 2 });
  });

  it('also under a coordinator that found it open', async () => {
    const kit = await started();
    await kit.add(await kit.init('x', null, 25_000));
    await kit.restart();
    await kit.advance(40_000);
    expect(kit.stateOf()).toBe('CompleteAbort');
  });

  it('forgets ids that nobody used for long, but none that is open', async () => {
    const kit = await started({ idExpirationMs: 7_200_000 });
    await kit.init('idle');
    const open = await kit.init('open', null, 900_000);
    kit.config = { ...kit.config, timeoutCheckIntervalMs: 2_000_000_000 };
    await kit.advance(10_001);
    await kit.add(open, [0], 'open');
    await kit.advance(11_000_000);
    expect(kit.stateOf('idle')).toBe(null);
    expect(kit.stateOf('open')).toBe('Ongoing');
    expect(kit.coordinator.describe('idle').errorCode).toBe(TRANSACTIONAL_ID_NOT_FOUND);
    await kit.restart();
    expect(kit.stateOf('idle')).toBe(null);
    expect(await kit.init('idle')).toMatchObject({ producerId: 1002, producerEpoch: 0 });
  });
});

describe('a broker that does not coordinate', () => {
  it('says so, and says where', async () => {
    const kit = new TransactionTestKit();
    expect(await kit.init()).toMatchObject({ errorCode: NOT_COORDINATOR });
    expect(kit.coordinator.describe('x').errorCode).toBe(NOT_COORDINATOR);
    expect(kit.coordinator.list()).toEqual({ errorCode: 0, transactions: [] });
    const found = await kit.coordinator.findCoordinators(['x'], 'PLAINTEXT');
    expect(found).toMatchObject([{ key: 'x', errorCode: 0, nodeId: 0, port: 9092 }]);
    const nowhere = await kit.coordinator.findCoordinators(['x'], 'SSL');
    expect(nowhere).toMatchObject([{ errorCode: COORDINATOR_NOT_AVAILABLE, nodeId: -1 }]);
  });
});
