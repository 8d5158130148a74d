/**
 * A coordinator over a replicated log: what earlier leaders acknowledged is all loaded before anybody is served, a deposed
 * one commits nothing, and what took too long to be committed is in memory as soon as it is.
 */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../../protocol/errors.ts';
import type { PartitionImage } from '../../controller/image.ts';
import type { LogConfig } from '../../log/log-config.ts';
import { RememberingLogger } from '../../log/log-test-kit.ts';
import { createMemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { settle } from '../../platform/memory/memory-time.ts';
import { BROKER, registered, TestBroker, topicOf } from '../../replication/replica-test-kit.ts';
import { ReplicatedCoordinatorLog } from './coordinator-log.ts';
import { CoordinatorRuntime, type CoordinatorShard } from './coordinator-runtime.ts';
import type { Effects } from './effects.ts';

interface Context {
  readonly effects: Effects<string, string>;
}

class ListShard implements CoordinatorShard<string, string, Context> {
  readonly texts: string[] = [];
  replay(text: string): void {
    this.texts.push(text);
  }
  loaded(): void {
    this.texts.push('|');
  }
  unloaded(): void {
    this.texts.push('gone');
  }
  onEvent(): void {
    this.texts.push('event');
  }
}

const TOPIC = 'state';
const REPLICAS = { replicas: [BROKER, 1], isr: [BROKER, 1] };
const COMMIT_TIMEOUT_MS = 5_000;

async function start(leader = BROKER, platform = createMemoryPlatform(), config: Partial<LogConfig> = {}) {
  const broker = await TestBroker.start({
    ...{ platform, config },
    topics: [topicOf(TOPIC, 1, { ...REPLICAS, leader })],
    brokers: [registered(BROKER), registered(1)],
  });
  const shards: ListShard[] = [];
  const runtime = new CoordinatorRuntime<ListShard, string, string, Context>({
    platform,
    logger: new RememberingLogger(),
    log: new ReplicatedCoordinatorLog(broker.manager, TOPIC),
    commitTimeoutMs: () => COMMIT_TIMEOUT_MS,
    newShard: () => {
      const shard = new ListShard();
      shards.push(shard);
      return shard;
    },
    context: (_now, effects) => ({ effects }),
    encode: (text) => ({ key: Buffer.from(text), value: null }),
    decode: (key) => key.toString(),
  });
  const add = (text: string): Promise<string> =>
    runtime.request<string>(
      0,
      (errorCode) => `error ${String(errorCode)}`,
      (_shard, replyTo, { effects }) => {
        effects.records.push(text);
        effects.reply(replyTo, `added ${text}`);
      },
    );
  const lead = (changes: Partial<PartitionImage>): void =>
    broker.apply({ created: [topicOf(TOPIC, 1, { ...REPLICAS, ...changes })] });
  /** The follower has all up to `offset`. */
  const follow = (offset: number): Promise<unknown> =>
    broker.fetch({
      ...{ replicaId: 1, replicaEpoch: 10 },
      partitions: [
        {
          ...{ topic: TOPIC, partition: 0, fetchOffset: offset, maxBytes: 1000 },
          ...{ currentLeaderEpoch: -1, lastFetchedEpoch: -1 },
        },
      ],
    });
  return { broker, platform, runtime, shards, add, lead, follow };
}

describe('a coordinator over replicas', () => {
  it('answers when the in-sync replicas have what it decided', async () => {
    const { runtime, shards, add, follow } = await start();
    await runtime.elected(0, 0);
    const answer = add('a');
    await settle();
    expect(shards[0]?.texts).toEqual(['|']);
    await follow(1);
    expect(await answer).toBe('added a');
    expect(shards[0]?.texts).toEqual(['|', 'a']);
  });

  it('refuses a record that the topic does not take, and nothing else', async () => {
    const { runtime, shards, add, follow } = await start(BROKER, createMemoryPlatform(), {
      maxMessageBytes: 500,
    });
    await runtime.elected(0, 0);
    // Together they are too large for a batch; each but one fits into one.
    const texts = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(letter === 'c' ? 501 : 200));
    const answers = texts.map(add);
    for (let offset = 1; offset < texts.length; offset++) {
      await settle();
      await follow(offset);
    }
    const refused = `error ${String(ErrorCode.UNKNOWN_SERVER_ERROR)}`;
    expect(await Promise.all(answers)).toEqual(
      texts.map((text) => (text.length > 500 ? refused : `added ${text}`)),
    );
    expect(shards[0]?.texts).toEqual(['|', ...texts.filter(({ length }) => length <= 500)]);
  });

  it('serves nobody before all that it found when it was elected is committed', async () => {
    const { runtime, shards, add, lead, follow } = await start();
    await runtime.elected(0, 0);
    void add('a');
    await settle();
    // Another led for a moment; what is in the log may have been acknowledged by it.
    lead({ leader: 1, leaderEpoch: 1, partitionEpoch: 1 });
    runtime.resigned(0);
    lead({ leaderEpoch: 2, partitionEpoch: 2 });
    const loading = runtime.elected(0, 2);
    await settle();
    expect(await add('early')).toBe(`error ${String(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)}`);
    expect(shards[1]?.texts).toEqual([]);
    await follow(1);
    await loading;
    expect(shards[1]?.texts).toEqual(['a', '|']);
  });

  it('gives the loading up when leadership goes, and begins anew with the next epoch', async () => {
    const { runtime, shards, add, lead, follow } = await start();
    await runtime.elected(0, 0);
    void add('a');
    await settle();
    lead({ leaderEpoch: 2, partitionEpoch: 1 });
    const first = runtime.elected(0, 2);
    await settle();
    // Elected once more before it was loaded.
    lead({ leaderEpoch: 3, partitionEpoch: 2 });
    const second = runtime.elected(0, 3);
    await follow(1);
    await Promise.all([first, second]);
    expect(shards.map(({ texts }) => texts)).toEqual([['|', 'gone'], ['gone'], ['a', '|']]);
    expect(runtime.errorOf(0)).toBe(0);
    lead({ leaderEpoch: 4, leader: 1, partitionEpoch: 3 });
    expect(await add('late')).toBe(`error ${String(ErrorCode.NOT_COORDINATOR)}`);
  });

  it('commits nothing for an epoch that is over', async () => {
    const { broker, runtime, add, lead } = await start();
    await runtime.elected(0, 0);
    lead({ leaderEpoch: 1, partitionEpoch: 1 });
    // Nobody has told the coordinator yet.
    expect(await add('zombie')).toBe(`error ${String(ErrorCode.NOT_COORDINATOR)}`);
    expect(broker.manager.partition(TOPIC, 0)?.logEndOffset).toBe(0);
    await runtime.elected(0, 1);
    const answer = add('alive');
    await settle();
    expect(broker.manager.partition(TOPIC, 0)?.logEndOffset).toBe(1);
    lead({ leader: 1, leaderEpoch: 2, partitionEpoch: 2 });
    expect(await answer).toBe(`error ${String(ErrorCode.NOT_COORDINATOR)}`);
  });

  it('tells who waits too long so, and has in memory what is committed after', async () => {
    const { platform, runtime, shards, add, follow } = await start();
    await runtime.elected(0, 0);
    const first = add('a');
    await platform.advance(1_000);
    const second = add('b');
    await platform.advance(COMMIT_TIMEOUT_MS - 1_000);
    expect(await first).toBe(`error ${String(ErrorCode.COORDINATOR_NOT_AVAILABLE)}`);
    // Not in the log yet, and not wanted any more.
    await platform.advance(1_000);
    expect(await second).toBe(`error ${String(ErrorCode.COORDINATOR_NOT_AVAILABLE)}`);
    const third = add('c');
    await follow(1);
    await settle();
    expect(shards[0]?.texts).toEqual(['|', 'a']);
    await follow(2);
    expect(await third).toBe('added c');
    expect(shards[0]?.texts).toEqual(['|', 'a', 'c']);
    expect(platform.clock.pendingTimers).toBeLessThan(10);
  });
});
