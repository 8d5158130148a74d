/** The runtime with a shard that counts: what it appends, when it replays, what it answers, and to whom. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../../protocol/errors.ts';
import { readBatchHeader } from '../../../protocol/records/record-batch.ts';
import type { Logger } from '../../platform/logger.ts';
import { createMemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { MemoryCoordinatorLog } from './coordinator-test-kit.ts';
import { CoordinatorRuntime, type CoordinatorShard } from './coordinator-runtime.ts';
import type { Effects, ReplyTo } from './effects.ts';
import { MAX_BATCH_BYTES } from './partition-writer.ts';

interface Context {
  readonly effects: Effects<string, string>;
}

/** Its state is the list of texts that were replayed. */
class ListShard implements CoordinatorShard<string, string, Context> {
  readonly texts: string[] = [];
  readonly events: string[] = [];
  isLoaded = false;
  isUnloaded = false;

  replay(text: string): void {
    this.texts.push(text);
  }
  loaded(): void {
    this.isLoaded = true;
  }
  unloaded(): void {
    this.isUnloaded = true;
  }
  onEvent(event: string, errorCode: number, { effects }: Context): void {
    this.events.push(`${event}:${String(errorCode)}`);
    if (event === 'write') effects.records.push('from timer');
  }
}

function newRuntime(log = new MemoryCoordinatorLog()) {
  const platform = createMemoryPlatform();
  const shards: ListShard[] = [];
  const errors: string[] = [];
  const logger: Logger = {
    info: () => undefined,
    warn: () => undefined,
    error: (text) => void errors.push(text),
    named: () => logger,
  };
  const runtime = new CoordinatorRuntime<ListShard, string, string, Context>({
    ...{ platform, log, logger, commitTimeoutMs: () => 5_000 },
    newShard: () => {
      const shard = new ListShard();
      shards.push(shard);
      return shard;
    },
    context: (_now, effects) => ({ effects }),
    encode: (text) => ({ key: Buffer.from(text), value: null }),
    decode: (key) => key.toString(),
  });
  const add = (text: string, partition = 3): Promise<string> =>
    runtime.request<string>(
      partition,
      (errorCode) => `error ${String(errorCode)}`,
      (_shard, replyTo, { effects }) => {
        effects.records.push(text);
        effects.reply(replyTo, `added ${text}`);
      },
    );
  return { runtime, log, platform, shards, errors, add };
}

describe('CoordinatorRuntime', () => {
  it('answers and replays when the records are committed, not before', async () => {
    const { runtime, log, platform, shards, add } = newRuntime();
    await runtime.elected(3, 0);
    log.holdCommits();
    const answers: string[] = [];
    void add('a').then((answer) => answers.push(answer));
    await platform.advance(0);
    expect([answers, shards[0]?.texts]).toEqual([[], []]);
    log.releaseCommits();
    await platform.advance(0);
    expect([answers, shards[0]?.texts]).toEqual([['added a'], ['a']]);
  });

  it('writes what is decided during a commit in one batch, in order', async () => {
    const { runtime, log, platform, shards, add } = newRuntime();
    await runtime.elected(3, 0);
    log.holdCommits();
    const answers = Promise.all(Array.from({ length: 100 }, (_, index) => add(String(index))));
    await platform.advance(0);
    expect(log.batchCount).toBe(1);
    log.releaseCommits();
    await answers;
    expect(log.batchCount).toBe(2);
    expect(shards[0]?.texts).toEqual(Array.from({ length: 100 }, (_, index) => String(index)));
  });

  it('splits a step that is larger than a batch', async () => {
    const { runtime, log, shards } = newRuntime();
    await runtime.elected(3, 0);
    const texts = Array.from({ length: 5 }, (_, index) => String(index).repeat(MAX_BATCH_BYTES / 2 - 100));
    const answer = await runtime.request<string>(3, String, (_shard, replyTo, { effects }) => {
      effects.records.push(...texts);
      effects.reply(replyTo, 'all');
    });
    expect(answer).toBe('all');
    expect(shards[0]?.texts).toEqual(texts);
    expect(log.batchCount).toBe(3);
    expect(
      readBatchHeader(log.readCommitted({ partition: 3, leaderEpoch: 0 }, 0) ?? Buffer.alloc(0)).sizeBytes,
    ).toBeLessThanOrEqual(1_048_588);
  });

  it('turns what the log refuses into errors that clients know, and replays nothing', async () => {
    const rows: [number, number][] = [
      [ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.COORDINATOR_NOT_AVAILABLE],
      [ErrorCode.REQUEST_TIMED_OUT, ErrorCode.COORDINATOR_NOT_AVAILABLE],
      [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.COORDINATOR_NOT_AVAILABLE],
      [ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.NOT_COORDINATOR],
      [ErrorCode.KAFKA_STORAGE_ERROR, ErrorCode.NOT_COORDINATOR],
      [ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.UNKNOWN_SERVER_ERROR],
    ];
    const { runtime, log, shards, add } = newRuntime();
    await runtime.elected(3, 0);
    for (const [refusal, expected] of rows) {
      log.refuseWith = refusal;
      expect(await add('x')).toBe(`error ${String(expected)}`);
    }
    log.refuseWith = 0;
    expect(await add('y')).toBe('added y');
    expect(shards[0]?.texts).toEqual(['y']);
  });

  it('loads by replay, and answers 14 until then', async () => {
    const first = newRuntime();
    await first.runtime.elected(3, 0);
    for (const text of ['a', 'b', 'c']) await first.add(text);
    const { runtime, shards, add } = newRuntime(first.log);
    const loading = runtime.elected(3, 1);
    // Small partitions are read at once; ask in the same turn.
    expect(runtime.errorOf(3)).toBe(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    expect(await add('early')).toBe('error 14');
    await loading;
    expect([shards[0]?.texts, shards[0]?.isLoaded]).toEqual([['a', 'b', 'c'], true]);
    expect(await add('d')).toBe('added d');
    expect(await add('d', 4)).toBe('error 16');
  });

  it('keeps a partition that it is re-elected for and loads anew when somebody else may have written', async () => {
    const { runtime, shards, add } = newRuntime();
    await runtime.elected(3, 0);
    await add('a');
    await runtime.elected(3, 1);
    expect(shards).toHaveLength(1);
    await runtime.elected(3, 3);
    expect(shards.map(({ texts, isUnloaded }) => [texts, isUnloaded])).toEqual([
      [['a'], true],
      [['a'], false],
    ]);
  });

  it('answers what waits and stops the timers when the partition goes', async () => {
    const { runtime, log, platform, shards, add } = newRuntime();
    await runtime.elected(3, 0);
    const parked = runtime.request<string>(
      3,
      (code) => `error ${String(code)}`,
      (_shard, _replyTo, { effects }) => effects.schedule('timer', 1000, 'rang'),
    );
    log.holdCommits();
    const inFlight = add('x');
    runtime.resigned(3);
    expect(await Promise.all([parked, inFlight])).toEqual(['error 16', 'error 16']);
    log.releaseCommits();
    await platform.advance(5000);
    expect(shards[0]).toMatchObject({ texts: [], events: [], isUnloaded: true });
    expect(platform.clock.pendingTimers).toBe(0);
  });

  it('rings timers as steps whose records are written like any other', async () => {
    const { runtime, platform, shards } = newRuntime();
    await runtime.elected(3, 0);
    const set = (key: string, delayMs: number, event: string): void =>
      runtime.inEachPartition((_shard, { effects }) => effects.schedule(key, delayMs, event));
    set('one', 100, 'first');
    set('one', 200, 'second');
    set('two', 150, 'write');
    set('three', 150, 'cancelled');
    runtime.inEachPartition((_shard, { effects }) => effects.cancel('three'));
    await platform.advance(1000);
    expect(shards[0]?.events).toEqual(['write:0', 'second:0']);
    expect(shards[0]?.texts).toEqual(['from timer']);
  });

  it('tells the shard how its append went before it answers', async () => {
    const { runtime, log, shards } = newRuntime();
    await runtime.elected(3, 0);
    const store = (): Promise<string> =>
      runtime.request<string>(
        3,
        (code) => `error ${String(code)}`,
        (_shard, replyTo, { effects }) => {
          effects.records.push('r');
          effects.afterAppend = 'stored';
          effects.reply(replyTo, 'ok', (errorCode) => `kept despite ${String(errorCode)}`);
        },
      );
    expect(await store()).toBe('ok');
    log.refuseWith = ErrorCode.REQUEST_TIMED_OUT;
    expect(await store()).toBe('kept despite 15');
    expect(shards[0]?.events).toEqual(['stored:0', 'stored:15']);
  });

  it('reports a step that throws or answers twice, and lives on', async () => {
    const { runtime, errors, add } = newRuntime();
    await runtime.elected(3, 0);
    const broken = runtime.request<string>(
      3,
      (code) => `error ${String(code)}`,
      () => {
        throw new Error('bug');
      },
    );
    expect(await broken).toBe('error -1');
    await runtime.request<string>(3, String, (_shard, replyTo: ReplyTo<string>, { effects }) => {
      effects.reply(replyTo, 'one');
      effects.reply(replyTo, 'two');
    });
    expect(errors).toHaveLength(2);
    expect(await add('a')).toBe('added a');
  });
});
