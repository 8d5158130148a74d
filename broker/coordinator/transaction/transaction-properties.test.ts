/**
 * Random producers against a real coordinator on virtual time: they come, write, end, come again under old epochs, while the log
 * is slow or refuses, markers fail, and the coordinator is lost. Checked in every run:
 *
 * - the log holds only allowed transitions, and no epoch of a producer id ever goes back;
 * - a marker says what was decided, and only while that is being carried out;
 * - a transaction is complete only after every partition of it has its marker;
 * - what EndTxn said yes to is decided so, and under the next epoch where it raises that; in the end nothing is left undone, and a coordinator that is made anew from the
 *   log says the same as the one that served.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../../protocol/errors.ts';
import { TransactionTestKit } from './transaction-test-kit.ts';
import type { StoredTransaction } from './transaction-record.ts';
import { isEnding, mayFollow } from './transaction-state.ts';

const IDS = ['x', 'y'] as const;
const id = fc.constantFrom(...IDS);
/** Which of those that were given: 0 the newest, 1 the one before. */
const age = fc.constantFrom(0, 0, 0, 0, 1);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('init' as const), id, named: fc.boolean(), age }) },
  {
    weight: 6,
    arbitrary: fc.record({
      ...{ kind: fc.constant('add' as const), id, partition: fc.nat(3), age },
      version: fc.constantFrom(0 as const, 2 as const),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      ...{ kind: fc.constant('end' as const), id, committed: fc.boolean(), age, raises: fc.boolean() },
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('level' as const), level: fc.constantFrom(0, 1, 2) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.constantFrom(1, 200, 15_000) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('hold' as const, 'release' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('refuse' as const), code: fc.constantFrom(0, 0, 19, 56) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('markers' as const),
      partition: fc.nat(3),
      code: fc.constantFrom(0, 0, 6, 19),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Producer {
  readonly producerId: number;
  readonly producerEpoch: number;
}

class Run {
  readonly kit = new TransactionTestKit();
  readonly #given = new Map<string, Producer[]>();
  #seenMarkers = 0;
  readonly #seenRecords = new Map<string, number>();
  #open = 0;
  readonly #last = new Map<string, StoredTransaction>();
  /** Where the markers of what is being carried out begin. */
  readonly #since = new Map<string, number>();

  async do(action: Step): Promise<void> {
    const { kit } = this;
    switch (action.kind) {
      case 'init':
        this.#init(action.id, action.named ? this.#producer(action.id, action.age) : null);
        break;
      case 'add':
        this.#ask(
          kit.coordinator.addPartitions({
            ...{ ...this.#producer(action.id, action.age), transactionalId: action.id },
            partitions: new Map([['t', new Set([action.partition])]]),
            clientTransactionVersion: action.version,
          }),
        );
        break;
      case 'end':
        if (action.raises) this.#endAndRaise(action.id, action.age, action.committed);
        else this.#end(action.id, this.#producer(action.id, action.age), action.committed);
        break;
      case 'level':
        kit.setLevel(action.level);
        break;
      case 'advance':
        await kit.advance(action.ms);
        break;
      case 'hold':
        kit.log.holdCommits();
        break;
      case 'release':
        kit.log.releaseCommits();
        break;
      case 'refuse':
        kit.log.refuseWith = action.code;
        break;
      case 'markers':
        kit.refusals.set(`t/${String(action.partition)}`, action.code);
        break;
      case 'restart':
        await kit.restart();
        break;
    }
    await kit.advance(0);
    this.check();
  }

  #producer(transactionalId: string, back: number): Producer {
    const given = this.#given.get(transactionalId) ?? [];
    return given.at(-1 - back) ?? { producerId: 5, producerEpoch: 0 };
  }

  #ask(answer: Promise<number>, whenYes: () => void = () => undefined): void {
    this.#open += 1;
    void answer.then((code) => {
      this.#open -= 1;
      const { CONCURRENT_TRANSACTIONS, INVALID_PRODUCER_ID_MAPPING, INVALID_TXN_STATE } = ErrorCode;
      expect([
        0,
        14,
        15,
        16,
        90,
        CONCURRENT_TRANSACTIONS,
        INVALID_PRODUCER_ID_MAPPING,
        INVALID_TXN_STATE,
      ]).toContain(code);
      if (code === 0) whenYes();
    });
  }

  #init(transactionalId: string, expected: Producer | null): void {
    const answer = this.kit.coordinator.initialize({ transactionalId, timeoutMs: 20_000, expected });
    const code = answer.then(({ errorCode, ...producer }) => {
      if (errorCode === 0)
        this.#given.set(transactionalId, [...(this.#given.get(transactionalId) ?? []), producer]);
      return errorCode;
    });
    this.#ask(code);
  }

  #end(transactionalId: string, producer: Producer, committed: boolean): void {
    this.#ask(this.kit.coordinator.end({ ...producer, transactionalId, committed }), () =>
      this.#expectDecided(transactionalId, producer, committed),
    );
  }

  /** What it says yes to is decided under the next epoch, which the producer has from then on. */
  #endAndRaise(transactionalId: string, age: number, committed: boolean): void {
    const { producerId, producerEpoch } = this.#producer(transactionalId, age);
    const next = { producerId, producerEpoch: producerEpoch + 1 };
    const request = { producerId, producerEpoch, transactionalId, committed };
    const code = this.kit.coordinator.endAndRaise(request).then(({ errorCode, ...given }) => {
      if (errorCode !== 0) return errorCode;
      expect(given).toEqual(next);
      this.#expectDecided(transactionalId, next, committed);
      this.#give(transactionalId, next);
      return 0;
    });
    this.#ask(code);
  }

  #expectDecided(transactionalId: string, producer: Producer, committed: boolean): void {
    const decided = this.kit
      .records()
      .filter((record) => record.transactionalId === transactionalId)
      .some(
        ({ value }) =>
          value?.state === (committed ? 'PrepareCommit' : 'PrepareAbort') &&
          value.producerId === producer.producerId &&
          value.producerEpoch === producer.producerEpoch,
      );
    expect(decided).toBe(true);
  }

  /** An answer that is given again is no news. */
  #give(transactionalId: string, producer: Producer): void {
    const given = this.#given.get(transactionalId) ?? [];
    const isNews = (given.at(-1)?.producerEpoch ?? -1) < producer.producerEpoch;
    if (isNews) this.#given.set(transactionalId, [...given, producer]);
  }

  check(): void {
    const { kit } = this;
    const markersBefore = this.#seenMarkers;
    const records = kit.records();
    // In the order of the log, which is one for each id.
    for (const one of IDS) {
      const ofOne = records.filter(({ transactionalId }) => transactionalId === one);
      for (const { value } of ofOne.slice(this.#seenRecords.get(one))) {
        if (value === null) throw new Error('nothing is forgotten so soon');
        this.#checkRecord(one, value, markersBefore);
      }
      this.#seenRecords.set(one, ofOne.length);
    }
    for (const marker of kit.markers.slice(markersBefore)) {
      const told = records.some(
        ({ value }) =>
          value?.producerId === marker.producerId &&
          value.producerEpoch === marker.producerEpoch &&
          value.state === (marker.committed ? 'PrepareCommit' : 'PrepareAbort') &&
          value.partitions.get('t')?.has(Number(marker.place.slice(2))) === true,
      );
      expect(told).toBe(true);
    }
    this.#seenMarkers = kit.markers.length;
  }

  #checkRecord(transactionalId: string, value: StoredTransaction, markersBefore: number): void {
    const before = this.#last.get(transactionalId);
    this.#last.set(transactionalId, value);
    if (before === undefined) return void expect(value.state).toBe('Empty');
    expect([before.state, value.state, mayFollow(before.state, value.state)]).toEqual([
      before.state,
      value.state,
      true,
    ]);
    if (before.producerId === value.producerId)
      expect(value.producerEpoch).toBeGreaterThanOrEqual(before.producerEpoch);
    if (isEnding(value.state)) this.#since.set(transactionalId, markersBefore);
    if (!isEnding(before.state)) return;
    const written = this.kit.markers
      .slice(this.#since.get(transactionalId) ?? 0)
      .filter(
        ({ producerId, producerEpoch, committed }) =>
          producerId === before.producerId &&
          producerEpoch === before.producerEpoch &&
          committed === (before.state === 'PrepareCommit'),
      );
    const wanted = [...(before.partitions.get('t') ?? [])].map((partition) => `t/${String(partition)}`);
    expect(wanted.filter((place) => !written.some((marker) => marker.place === place))).toEqual([]);
  }

  /** Everything works again. */
  async finish(): Promise<void> {
    this.kit.log.refuseWith = 0;
    this.kit.refusals.clear();
    this.kit.log.releaseCommits();
    await this.kit.advance(61_000);
    this.check();
    expect(this.#open).toBe(0);
    for (const one of IDS)
      expect(['PrepareCommit', 'PrepareAbort', 'Ongoing']).not.toContain(this.kit.stateOf(one));
    const before = IDS.map((one) => this.#told(one));
    await this.kit.restart();
    expect(IDS.map((one) => this.#told(one))).toEqual(before);
  }

  /** The last epoch is not in the record. */
  #told(transactionalId: string): unknown {
    const { stored } = this.kit.coordinator.describe(transactionalId);
    return stored === null ? null : { ...stored, lastProducerId: null, lastProducerEpoch: null };
  }
}

describe('transactions of random producers', () => {
  it('go only where they may, and end as was decided', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 80 }), async (steps) => {
        const run = new Run();
        await run.kit.start();
        for (const action of steps) await run.do(action);
        await run.finish();
      }),
      { numRuns: 150 },
    );
  });
});
