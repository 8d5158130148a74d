/**
 * Fetch sessions: what a client hears in pieces adds up to what it would be told in full, whatever happens in between;
 * slots are given to who is worth most; a session's requests come in their order.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../../protocol/errors.ts';
import { batchOf } from '../../log/log-test-kit.ts';
import { createMemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { settle } from '../../platform/memory/memory-time.ts';
import { PartitionEvents } from '../partition-events.ts';
import { BROKER, idOf, registered, TestBroker, topicOf } from '../replica-test-kit.ts';
import type { FetchPartitionRequest, FetchPartitionResult } from '../replica-requests.ts';
import { EVICTION_MS, SessionCache } from './session-cache.ts';

const PARTITIONS = 6;
const TWO = { replicas: [BROKER, 1], isr: [BROKER, 1] };

function asked(partition: number, fetchOffset: number, byId: boolean): FetchPartitionRequest {
  return {
    ...{ topic: byId ? '' : 't', topicId: byId ? idOf('t') : '', partition, fetchOffset },
    ...{ maxBytes: 100_000, currentLeaderEpoch: -1, lastFetchedEpoch: -1 },
  };
}

async function start(settings = {}): Promise<TestBroker> {
  const brokers = [registered(BROKER), registered(1)];
  return TestBroker.start({ topics: [topicOf('t', PARTITIONS, TWO)], brokers, settings });
}

/** What the client knows of a partition, apart from records. */
function told({ errorCode, highWatermark, logStartOffset }: FetchPartitionResult) {
  return { errorCode, highWatermark, logStartOffset };
}

type Step =
  | {
      kind: 'append' | 'replicate' | 'lose' | 'win' | 'trim' | 'remake' | 'move' | 'forget';
      partition: number;
    }
  | { kind: 'fetch' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Step>({ kind: 'fetch' }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        ...(['append', 'append', 'replicate', 'lose', 'win', 'trim', 'remake', 'move', 'forget'] as const),
      ),
      partition: fc.nat(PARTITIONS - 1),
    }),
  },
);

class SessionClient {
  readonly broker: TestBroker;
  readonly #byId: boolean;
  readonly #kind: { replicaId: number; replicaEpoch: number };
  /** Where it wants to read next. */
  readonly offsets = new Map<number, number>();
  readonly #view = new Map<number, ReturnType<typeof told>>();
  readonly #changed = new Set<number>();
  readonly #forgotten = new Set<number>();
  readonly #epochs = { leader: 0, partition: 0 };
  #session = { id: 0, epoch: 0 };

  constructor(broker: TestBroker, byId: boolean, isFollower: boolean) {
    this.broker = broker;
    this.#byId = byId;
    this.#kind = isFollower ? { replicaId: 1, replicaEpoch: 10 } : { replicaId: -1, replicaEpoch: -1 };
    for (let index = 0; index < PARTITIONS; index++) this.offsets.set(index, 0);
  }

  async do(next: Step): Promise<void> {
    if (next.kind === 'fetch') return this.fetch();
    const { kind, partition } = next;
    const view = this.broker.manager.partition('t', partition);
    if (kind === 'append') await this.broker.append(batchOf(2), { partition, acks: 1 });
    else if (kind === 'replicate')
      await this.broker.fetch({
        replicaId: 1,
        replicaEpoch: 10,
        partitions: [asked(partition, view?.logEndOffset ?? 0, false)],
      });
    else if (kind === 'trim') this.broker.manager.deleteRecords('t', partition, -1);
    else if (kind === 'lose' || kind === 'win') this.#lead(kind === 'win' ? BROKER : 1);
    else if (kind === 'remake') {
      this.broker.apply({ deleted: ['t'] });
      this.#lead(BROKER);
    } else if (kind === 'move') {
      if (!this.offsets.has(partition)) return;
      this.offsets.set(partition, view?.logEndOffset ?? 0);
      this.#changed.add(partition);
    } else if (this.offsets.size > 1 && this.offsets.delete(partition)) {
      this.#view.delete(partition);
      this.#forgotten.add(partition);
    }
  }

  #lead(leader: number): void {
    this.#epochs.leader += 1;
    this.#epochs.partition += 1;
    const epochs = { leaderEpoch: this.#epochs.leader, partitionEpoch: this.#epochs.partition };
    this.broker.apply({ created: [topicOf('t', PARTITIONS, { ...TWO, leader, ...epochs })] });
  }

  async fetch(): Promise<void> {
    const isFull = this.#session.epoch === 0;
    const named = isFull ? [...this.offsets.keys()] : [...this.#changed];
    const ask = (partition: number) => asked(partition, this.offsets.get(partition) ?? 0, this.#byId);
    const live = named.filter((partition) => this.offsets.has(partition));
    const answer = await this.broker.fetchAnswer({
      ...this.#kind,
      partitions: live.map(ask),
      session: {
        ...this.#session,
        forgotten: [...this.#forgotten].map((partition) => ask(partition)),
        usesTopicIds: this.#byId,
      },
    });
    this.#changed.clear();
    this.#forgotten.clear();
    expect(answer.errorCode).toBe(0);
    expect(answer.sessionId).toBeGreaterThan(0);
    this.#session = { id: answer.sessionId, epoch: this.#session.epoch + 1 };
    const withRecords = new Set<number>();
    for (const result of answer.results) {
      this.#view.set(result.partition, told(result));
      if (result.records.length > 0) withRecords.add(result.partition);
    }
    await this.#compare([...this.offsets.keys()].map(ask), withRecords, answer.results);
  }

  /** With the answer that a request without a session gets at the same moment. */
  async #compare(
    all: FetchPartitionRequest[],
    withRecords: ReadonlySet<number>,
    results: readonly FetchPartitionResult[],
  ): Promise<void> {
    for (const result of await this.broker.fetch({ ...this.#kind, partitions: all })) {
      const { partition, records, errorCode } = result;
      expect({ partition, ...this.#view.get(partition) }).toEqual({ partition, ...told(result) });
      expect(withRecords.has(partition)).toBe(records.length > 0);
      // An error is told every time.
      if (errorCode !== 0) expect(results.map((each) => each.partition)).toContain(partition);
    }
  }
}

describe('a session', () => {
  it.each([
    ['a consumer by name', false, false],
    ['a consumer by id', true, false],
    ['a follower by id', true, true],
  ])('of %s tells in pieces what a full answer tells', async (_who, byId, isFollower) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const client = new SessionClient(await start(), byId, isFollower);
        await client.fetch();
        for (const next of steps) await client.do(next);
        await client.fetch();
      }),
      { numRuns: 60 },
    );
  });

  it('looks only at partitions that may have news', async () => {
    const broker = await start();
    const none = { id: 0, epoch: 0, forgotten: [], usesTopicIds: false };
    const partitions = Array.from({ length: PARTITIONS }, (_, index) => asked(index, 0, false));
    const { sessionId: id } = await broker.fetchAnswer({ partitions, session: none });
    const session = broker.manager.fetchSessions.get(id);
    expect([session?.size, session?.dirtyCount]).toEqual([PARTITIONS, 0]);
    // What is appended and not committed is nothing that a consumer could see.
    await broker.append(batchOf(1), { partition: 3, acks: 1 });
    expect(session?.dirtyCount).toBe(0);
    await broker.fetch({ replicaId: 1, replicaEpoch: 10, partitions: [asked(3, 1, false)] });
    expect(session?.dirtyCount).toBe(1);
    const { results } = await broker.fetchAnswer({ partitions: [], session: { ...none, id, epoch: 1 } });
    expect(results.map(({ partition }) => partition)).toEqual([3]);
    // Until the client says that it has them, the records may be asked for again.
    expect(session?.dirtyCount).toBe(1);
    await broker.fetchAnswer({ partitions: [asked(3, 1, false)], session: { ...none, id, epoch: 2 } });
    expect(session?.dirtyCount).toBe(0);
  });

  it('tells a follower that names a partition again all about it: it may not have used what it was told', async () => {
    const broker = await start();
    const none = { id: 0, epoch: 0, forgotten: [], usesTopicIds: false };
    await broker.append(batchOf(2), { acks: 1 });
    const follower = { replicaId: 1, replicaEpoch: 10 };
    await broker.fetch({ ...follower, partitions: [asked(0, 2, false)] });
    expect(broker.manager.partition('t', 0)?.highWatermark).toBe(2);
    // More records of an older epoch than the leader has: they are to be cut off.
    const parted = { ...asked(0, 2, false), fetchOffset: 3, lastFetchedEpoch: 0 };
    const { sessionId: id, results } = await broker.fetchAnswer({
      ...follower,
      partitions: [parted],
      session: none,
    });
    expect(results).toMatchObject([{ divergingEpoch: { endOffset: 2 }, highWatermark: 2 }]);
    const cut = { ...asked(0, 2, false), lastFetchedEpoch: 0 };
    const answer = await broker.fetchAnswer({
      ...follower,
      partitions: [cut],
      session: { ...none, id, epoch: 1 },
    });
    expect(answer.results).toMatchObject([{ partition: 0, divergingEpoch: null, highWatermark: 2 }]);
    // Once: after that it knows.
    const next = await broker.fetchAnswer({
      ...follower,
      partitions: [],
      session: { ...none, id, epoch: 2 },
    });
    expect(next.results).toEqual([]);
  });

  it('waits for news of any of its partitions', async () => {
    const broker = await start();
    const partitions = [0, 1].map((partition) => asked(partition, 0, false));
    const session = { id: 0, epoch: 0, forgotten: [], usesTopicIds: false };
    const { sessionId } = await broker.fetchAnswer({ replicaId: 1, replicaEpoch: 10, partitions, session });
    const wait = broker.fetchAnswer({
      ...{ replicaId: 1, replicaEpoch: 10, partitions: [], maxWaitMs: 60_000 },
      session: { ...session, id: sessionId, epoch: 1 },
    });
    await settle();
    expect(broker.manager.parkedFetches).toBe(1);
    await broker.append(batchOf(1), { partition: 1, acks: 1 });
    expect((await wait).results.map(({ partition }) => partition)).toEqual([1]);
  });

  it('tells where a partition begins now, at the latest when a fetch has waited', async () => {
    const broker = await start();
    const follower = { replicaId: 1, replicaEpoch: 10, maxWaitMs: 500 };
    const none = { id: 0, epoch: 0, forgotten: [], usesTopicIds: false };
    await broker.append(batchOf(1), { acks: 1 });
    const partitions = [asked(0, 1, false)];
    const { sessionId: id } = await broker.fetchAnswer({
      ...follower,
      maxWaitMs: 0,
      partitions,
      session: none,
    });
    broker.manager.deleteRecords('t', 0, -1);
    const next = broker.fetchAnswer({ ...follower, partitions: [], session: { ...none, id, epoch: 1 } });
    await broker.platform.advance(500);
    expect((await next).results).toMatchObject([{ partition: 0, logStartOffset: 1 }]);
  });

  it('is refused out of its order, by the wrong kind of topic names, and after its end', async () => {
    const broker = await start();
    const partitions = [asked(0, 0, false)];
    const none = { id: 0, epoch: 0, forgotten: [], usesTopicIds: false };
    const { sessionId: id } = await broker.fetchAnswer({ partitions, session: none });
    const ask = async (epoch: number, changes: object = {}) =>
      (await broker.fetchAnswer({ partitions: [], session: { ...none, id, epoch, ...changes } })).errorCode;
    expect(await ask(2)).toBe(ErrorCode.INVALID_FETCH_SESSION_EPOCH);
    expect(await ask(1, { usesTopicIds: true })).toBe(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR);
    expect(await ask(1)).toBe(0);
    expect(await ask(1)).toBe(ErrorCode.INVALID_FETCH_SESSION_EPOCH);
    expect(await ask(2, { id: id + 1 })).toBe(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
    // Everything forgotten: the session is over.
    expect(await ask(2, { forgotten: partitions })).toBe(0);
    expect(await ask(3)).toBe(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
    expect(broker.manager.fetchSessions.size).toBe(0);
  });

  it('ends with the request that begins anew, and its parked fetch with it', async () => {
    const broker = await start();
    const partitions = [asked(0, 0, false)];
    const none = { id: 0, epoch: 0, forgotten: [], usesTopicIds: false };
    const first = await broker.fetchAnswer({ partitions, session: none });
    const parked = broker.fetchAnswer({
      ...{ partitions: [], maxWaitMs: 60_000 },
      session: { ...none, id: first.sessionId, epoch: 1 },
    });
    await settle();
    const second = await broker.fetchAnswer({ partitions, session: { ...none, id: first.sessionId } });
    expect(second.sessionId).not.toBe(first.sessionId);
    expect((await parked).errorCode).toBe(0);
    expect(broker.manager.fetchSessions.size).toBe(1);
    await broker.fetchAnswer({ partitions, session: { ...none, id: second.sessionId, epoch: -1 } });
    expect(broker.manager.fetchSessions.size).toBe(0);
  });

  it('gives every partition its turn when not all fit', async () => {
    const broker = await start();
    for (let partition = 0; partition < 3; partition++)
      for (let batch = 0; batch < 3; batch++) await broker.append(batchOf(1), { partition, acks: 1 });
    const follower = { replicaId: 1, replicaEpoch: 10, maxBytes: batchOf(1).length };
    const session = { id: 0, epoch: 0, forgotten: [], usesTopicIds: false };
    const partitions = [0, 1, 2].map((partition) => asked(partition, 0, false));
    let answer = await broker.fetchAnswer({ ...follower, partitions, session });
    const { sessionId } = answer;
    const served: number[] = [];
    for (let epoch = 1; epoch <= 6; epoch++) {
      const got = answer.results.find(({ records }) => records.length > 0)?.partition ?? -1;
      served.push(got);
      const next = served.filter((each) => each === got).length;
      answer = await broker.fetchAnswer({
        ...follower,
        partitions: [asked(got, next, false)],
        session: { ...session, id: sessionId, epoch },
      });
    }
    expect(served).toEqual([0, 1, 2, 0, 1, 2]);
  });
});

describe('slots of sessions', () => {
  function newCache(maxSlots: number) {
    const { random } = createMemoryPlatform();
    const cache = new SessionCache({
      maxSlots,
      random,
      events: new PartitionEvents(),
      topicName: () => undefined,
    });
    const create = (size: number, nowMs: number, kind: 'follower' | 'readUncommitted' = 'readUncommitted') =>
      cache.create(
        {
          kind,
          usesTopicIds: false,
          partitions: Array.from({ length: size }, (_, index) => asked(index, 0, false)),
        },
        nowMs,
      );
    return { cache, create };
  }

  it('are bounded, and none means none', () => {
    const { cache, create } = newCache(2);
    expect([create(1, 0), create(1, 0), create(1, 0)].filter((session) => session !== null)).toHaveLength(2);
    expect(cache.size).toBe(2);
    expect(newCache(0).create(1, 0)).toBeNull();
  });

  it('are taken from who has not used them for long', () => {
    const { cache, create } = newCache(2);
    const [first, second] = [create(5, 0), create(5, 0)];
    if (first) cache.touch(first, 1);
    expect(create(1, EVICTION_MS)).toBeNull();
    expect(create(1, EVICTION_MS + 1)).not.toBeNull();
    expect(cache.get(second?.id ?? 0)).toBeUndefined();
    expect(cache.get(first?.id ?? 0)).toBe(first);
  });

  it('go to a larger session only when the smaller one had its time', () => {
    const { cache, create } = newCache(1);
    const small = create(1, 0);
    expect(create(9, EVICTION_MS)).toBeNull();
    if (small) cache.touch(small, EVICTION_MS);
    expect(create(1, EVICTION_MS + 1)).toBeNull();
    expect(create(2, EVICTION_MS + 1)).not.toBeNull();
    expect(cache.evictions).toBe(1);
  });

  it('go to followers before consumers', () => {
    const { create } = newCache(1);
    expect(create(9, 0)).not.toBeNull();
    expect(create(1, 1, 'follower')).not.toBeNull();
    expect(create(9, 2)).toBeNull();
    expect(create(9, 3, 'follower')).toBeNull();
  });
});
