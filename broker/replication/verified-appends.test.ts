/** Transactional batches wait for the coordinator's word, in their order, and nobody else waits with them. */
import { describe, expect, it } from 'vitest';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import type { ProducerEntry } from '../log/producer-state.ts';
import type { AppendRequest, AppendResult } from './replica-requests.ts';
import { VerifiedAppends } from './verified-appends.ts';

const OK: AppendResult = { errorCode: 0, baseOffset: 0, logAppendTimeMs: -1, logStartOffset: 0 };
const NOT_ENOUGH_REPLICAS = 19;
const OUT_OF_ORDER = 45;

function entryOf(currentTxnFirstOffset: number, epoch = 0): ProducerEntry {
  return {
    ...{ producerId: 1, epoch, batches: [], coordinatorEpoch: -1, currentTxnFirstOffset },
    ...{ lastTimestampMs: 0, fromSnapshot: false },
  };
}

function requestOf(
  baseSequence: number,
  fields: Partial<AppendRequest> = {},
  isTransactional = true,
): AppendRequest {
  const records = encodeRecordBatch({
    records: [{ key: null, value: Buffer.from('v') }],
    ...{ timestampMs: 0, producerId: 1, producerEpoch: 0, baseSequence, isTransactional },
  });
  const place = { topic: 't', partition: 0, acks: -1, timeoutMs: 1_000, origin: 'client' as const };
  return { ...place, records, transactionalId: 'x', ...fields };
}

/** The partition's producer as it is, the sequences in the order in which they came to the log, and who asks. */
function newGate(trusts = false) {
  const state = { entry: undefined as ProducerEntry | null | undefined, stored: [] as number[] };
  const asked: ((errorCode: number) => void)[] = [];
  const appends = new VerifiedAppends({
    append: ({ records, isStillSo }) => {
      if (isStillSo?.() === false) return Promise.resolve({ ...OK, errorCode: NOT_ENOUGH_REPLICAS });
      state.stored.push(records.readInt32BE(53));
      if (state.entry !== null) state.entry = entryOf(5);
      return Promise.resolve(OK);
    },
    producerIn: () => state.entry,
    verify: () => new Promise((resolve) => asked.push(resolve)),
    trusts,
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { state, asked, appends, settle };
}

describe('a transactional batch', () => {
  it('is stored when the coordinator knows of it, and the next ones without asking', async () => {
    const { state, asked, appends, settle } = newGate();
    const first = appends.append(requestOf(0));
    const second = appends.append(requestOf(1));
    await settle();
    expect([asked.length, state.stored]).toEqual([1, []]);
    asked[0]?.(0);
    expect([(await first).errorCode, (await second).errorCode]).toEqual([0, 0]);
    expect((await appends.append(requestOf(2))).errorCode).toBe(0);
    expect([asked.length, state.stored]).toEqual([1, [0, 1, 2]]);
  });

  it('is refused with what the coordinator says, and the next one asks for itself', async () => {
    const { state, asked, appends, settle } = newGate();
    const first = appends.append(requestOf(0));
    const second = appends.append(requestOf(1));
    await settle();
    asked[0]?.(120);
    expect((await first).errorCode).toBe(120);
    await settle();
    asked[1]?.(0);
    expect((await second).errorCode).toBe(0);
    expect(state.stored).toEqual([1]);
  });

  it('is not stored when a marker came between the question and the answer', async () => {
    const { state, asked, appends, settle } = newGate();
    const append = appends.append(requestOf(0));
    await settle();
    state.entry = entryOf(-1, 1);
    asked[0]?.(0);
    expect((await append).errorCode).toBe(NOT_ENOUGH_REPLICAS);
    expect(state.stored).toEqual([]);
  });

  it('asks again in the next transaction, and under another epoch', async () => {
    const { state, asked, appends, settle } = newGate();
    for (const entry of [entryOf(-1), entryOf(7, 3)]) {
      state.entry = entry;
      const append = appends.append(requestOf(0));
      await settle();
      asked.pop()?.(0);
      expect((await append).errorCode).toBe(0);
    }
    expect(state.stored).toEqual([0, 0]);
  });

  it('of a partition that is led elsewhere is left to the log, which says so', async () => {
    const { state, asked, appends } = newGate();
    state.entry = null;
    await appends.append(requestOf(0));
    expect([asked.length, state.stored]).toEqual([0, [0]]);
  });
});

it.each([
  ['without a transaction', requestOf(0, {}, false)],
  ['of a coordinator', requestOf(0, { origin: 'coordinator' })],
  ['that is cut off', requestOf(0, { records: Buffer.alloc(70) })],
])('a batch %s does not wait', (_name, request) => {
  const { state, asked, appends } = newGate();
  void appends.append(request);
  expect([asked.length, state.stored.length]).toEqual([0, 1]);
});

describe('the first batch of a producer that leaves the announcing to the leader', () => {
  const announced = { leaderAnnounces: true };

  it('begins with sequence 0 where nothing is known of it', async () => {
    const { state, asked, appends, settle } = newGate();
    for (const [sequence, expected] of [
      [1, OUT_OF_ORDER],
      [0, 0],
    ] as const) {
      const append = appends.append(requestOf(sequence, announced));
      await settle();
      asked.pop()?.(0);
      expect((await append).errorCode).toBe(expected);
    }
    expect(state.stored).toEqual([0]);
  });

  it('is announced also where others are taken at their word', async () => {
    const { state, asked, appends, settle } = newGate(true);
    await appends.append(requestOf(0));
    expect([asked.length, state.stored]).toEqual([0, [0]]);
    state.entry = undefined;
    const append = appends.append(requestOf(0, announced));
    await settle();
    expect([asked.length, state.stored]).toEqual([1, [0]]);
    asked[0]?.(0);
    expect((await append).errorCode).toBe(0);
  });
});

describe('who wants to write in a transaction', () => {
  const place = { topic: 't', partition: 0, leaderAnnounces: false };
  const question = { transactionalId: 'x', producerId: 1, producerEpoch: 0, ...place };

  it('is let in unasked while the transaction is open there, and not any more when another one is', async () => {
    const { state, asked, appends } = newGate();
    state.entry = entryOf(5);
    const { errorCode, isStillSo } = await appends.admit(question);
    expect([errorCode, asked.length, isStillSo()]).toEqual([0, 0, true]);
    // More of the same transaction.
    state.entry = entryOf(5);
    expect(isStillSo()).toBe(true);
    state.entry = entryOf(-1);
    expect(isStillSo()).toBe(false);
    state.entry = entryOf(9);
    expect(isStillSo()).toBe(false);
  });

  it('is let in when its coordinator says so, until a marker may have come', async () => {
    const { state, asked, appends } = newGate();
    state.entry = entryOf(-1);
    const admission = appends.admit(question);
    asked[0]?.(0);
    const { errorCode, isStillSo } = await admission;
    expect([errorCode, isStillSo()]).toEqual([0, true]);
    state.entry = entryOf(7);
    expect(isStillSo()).toBe(true);
    state.entry = entryOf(-1);
    expect(isStillSo()).toBe(false);
  });

  it('is not let in when its coordinator says no, or has another epoch', async () => {
    const { state, asked, appends } = newGate();
    state.entry = entryOf(5, 1);
    const admission = appends.admit(question);
    asked[0]?.(120);
    expect((await admission).errorCode).toBe(120);
  });
});
