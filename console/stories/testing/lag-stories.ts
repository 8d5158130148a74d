/**
 * Lag stories as real clients play them, with what the console has to say of each: status, reason, lag. They are told to our
 * broker in `npm test`, and to Apache Kafka in `npm run test:compat`, where `agree` compares every number with what
 * kafka-consumer-groups prints.
 */
import assert from 'node:assert/strict';
import type { Kafka } from 'kafkajs';
import type { GroupSnapshot } from '../../model/snapshot.ts';
import { PacedReader } from './paced-reader.ts';
import { rowOf, StoryConsole } from './story-console.ts';

export interface StoryWorld {
  readonly kafka: Kafka;
  /** host:port of a broker. */
  readonly bootstrap: string;
  /** Another judge of the numbers at a moment in which nothing moves. */
  readonly agree?: (group: GroupSnapshot) => Promise<void>;
}

export interface LagStory {
  readonly name: string;
  readonly play: (world: StoryWorld) => Promise<void>;
}

/** What a story has in its hands; every topic has one partition unless it says more. */
export class Stage {
  readonly world: StoryWorld;
  readonly console: StoryConsole;
  readonly topic: string;
  readonly group: string;
  readonly #endings: (() => Promise<unknown>)[] = [];
  #producer: ReturnType<Kafka['producer']> | null = null;

  constructor(world: StoryWorld, name: string) {
    this.world = world;
    this.console = new StoryConsole(world.bootstrap);
    this.topic = name.replaceAll(/[^a-z]+/g, '-');
    this.group = `readers-of-${this.topic}`;
    this.#endings.push(() => this.console.close());
  }

  async makeTopic(numPartitions = 1): Promise<void> {
    await this.admin((admin) =>
      admin.createTopics({
        topics: [{ topic: this.topic, numPartitions, replicationFactor: 1 }],
        waitForLeaders: true,
      }),
    );
  }

  async admin<Answer>(work: (admin: ReturnType<Kafka['admin']>) => Promise<Answer>): Promise<Answer> {
    const admin = this.world.kafka.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }

  async produce(count: number): Promise<void> {
    if (this.#producer === null) {
      const producer = this.world.kafka.producer();
      await producer.connect();
      this.#producer = producer;
      this.#endings.push(() => producer.disconnect());
    }
    const messages = Array.from({ length: count }, (_, index) => ({ value: String(index), partition: 0 }));
    await this.#producer.send({ topic: this.topic, messages });
  }

  async reader(): Promise<PacedReader> {
    const reader = await PacedReader.start(this.world.kafka, this.group, this.topic);
    this.#endings.push(() => reader.stop());
    return reader;
  }

  /** What nobody who reads committed it: a tool, for a group without members. */
  async commit(offset: number): Promise<void> {
    await this.admin((admin) =>
      admin.setOffsets({
        groupId: this.group,
        topic: this.topic,
        partitions: [{ partition: 0, offset: String(offset) }],
      }),
    );
  }

  async agree(group: GroupSnapshot): Promise<void> {
    await this.world.agree?.(group);
  }

  async end(): Promise<void> {
    for (const ending of this.#endings.splice(0).reverse()) await ending();
  }
}

export function story(name: string, play: (stage: Stage) => Promise<void>): LagStory {
  return {
    name,
    play: async (world) => {
      const stage = new Stage(world, name);
      try {
        await play(stage);
      } finally {
        await stage.end();
      }
    },
  };
}

/** A partition of 100 records, and a group that committed an offset of it. */
async function committed(stage: Stage, offset: number): Promise<GroupSnapshot> {
  await stage.makeTopic();
  await stage.produce(100);
  await stage.commit(offset);
  return stage.console.until(stage.group, ({ partitions }) => partitions !== null && partitions.length > 0);
}

const movement: readonly LagStory[] = [
  story('a consumer that stops', async (stage) => {
    await stage.makeTopic();
    const reader = await stage.reader();
    const keepUp = async (): Promise<void> => {
      await stage.produce(100);
      await reader.read(100);
    };
    const well = await stage.console.minutes(6, stage.group, keepUp);
    assert.deepEqual([well.status, well.totalLag, well.state], ['ok', 0, 'Stable']);
    await stage.agree(well);
    await reader.stop();
    await stage.console.until(stage.group, ({ state }) => state === 'Empty');
    const stopped = await stage.console.minutes(3, stage.group, () => stage.produce(100));
    assert.deepEqual([stopped.status, stopped.totalLag], ['stopped', 900]);
    assert.match(
      stopped.reason ?? '',
      /^the group has no members: partition 0 of a-consumer-that-stops has not committed for (\d+ s|[23] min) while 900 records arrived$/,
    );
    assert.ok((stopped.lagSeconds?.seconds ?? 0) >= 160);
    await stage.agree(stopped);
  }),
  story('a consumer that hangs', async (stage) => {
    await stage.makeTopic();
    const reader = await stage.reader();
    await stage.console.minutes(3, stage.group, async () => {
      await stage.produce(100);
      await reader.read(100);
    });
    const soon = await stage.console.minutes(8, stage.group, () => stage.produce(50));
    assert.equal(soon.status, 'ok');
    const stalled = await stage.console.minutes(4, stage.group, () => stage.produce(50));
    assert.deepEqual([stalled.status, stalled.totalLag, stalled.members?.length], ['stalled', 1_800, 1]);
    assert.match(
      stalled.reason ?? '',
      /^partition 0 of a-consumer-that-hangs has not committed for 1[12] min while 1,[78]\d0 records arrived$/,
    );
    await stage.agree(stalled);
    await reader.read(1_800);
    const again = await stage.console.group(stage.group);
    assert.deepEqual([again.status, again.totalLag, again.lagSeconds?.seconds], ['ok', 0, 0]);
  }),
  story('a consumer that is slow', async (stage) => {
    await stage.makeTopic();
    await stage.produce(400);
    const reader = await stage.reader();
    const slow = await stage.console.minutes(12, stage.group, async () => {
      await stage.produce(100);
      await reader.read(60);
    });
    assert.deepEqual([slow.status, slow.totalLag], ['slow', 1_840]);
    assert.match(
      slow.reason ?? '',
      /^partition 0 of a-consumer-that-is-slow is 1,840 records behind, growing by (1\.9|2\.0|2\.1) records\/s for \d+ min$/,
    );
    assert.equal(slow.catchUpSeconds, null);
    assert.ok(
      Math.abs((slow.producedPerSec ?? 0) - 5) < 0.01 && Math.abs((slow.committedPerSec ?? 0) - 3) < 0.01,
    );
    await stage.agree(slow);
    const faster = await stage.console.minutes(5, stage.group, async () => {
      await stage.produce(20);
      await reader.read(100);
    });
    assert.deepEqual([faster.status, faster.totalLag], ['ok', 640]);
    // It falls by 80 in each 20 s.
    assert.ok(Math.abs((faster.catchUpSeconds ?? 0) - 160) <= 40, String(faster.catchUpSeconds));
    await stage.agree(faster);
  }),
  story('a group that is set back', async (stage) => {
    await stage.makeTopic();
    await stage.produce(500);
    const reader = await stage.reader();
    await reader.read(500);
    await stage.console.minutes(6, stage.group);
    await reader.stop();
    await stage.console.until(stage.group, ({ state }) => state === 'Empty');
    await stage.commit(0);
    const rewound = await stage.console.until(stage.group, ({ totalLag }) => totalLag !== 0);
    assert.deepEqual([rewound.status, rewound.totalLag], ['rewound', 500]);
    assert.match(
      rewound.reason ?? '',
      /^partition 0 of a-group-that-is-set-back was set back from 500 to 0 \d s ago: 500 records are read again$/,
    );
    await stage.agree(rewound);
    const again = await stage.reader();
    await again.read(200);
    const reading = await stage.console.group(stage.group);
    assert.deepEqual([reading.status, reading.totalLag], ['rewound', 300]);
    await again.read(300);
    const back = await stage.console.group(stage.group);
    assert.deepEqual([back.status, back.totalLag], ['ok', 0]);
    await stage.agree(back);
  }),
];

const comparisons: readonly LagStory[] = [
  story('committed forty of a hundred', async (stage) => {
    const group = await committed(stage, 40);
    assert.deepEqual([rowOf(group).offsetState, rowOf(group).lag, group.totalLag], ['live', 60, 60]);
    assert.equal(group.status, 'unknown');
    await stage.agree(group);
    // Nobody is there and nothing arrives: no rhythm explains what waits.
    const stopped = await stage.console.minutes(12, stage.group);
    assert.deepEqual([stopped.status, stopped.totalLag], ['stopped', 60]);
    assert.match(stopped.reason ?? '', /has not committed for at least 1\d min with 60 records to read$/);
  }),
  story('committed beyond the end', async (stage) => {
    const group = await committed(stage, 150);
    const row = rowOf(group);
    assert.deepEqual([row.offsetState, row.lag, row.lagSeconds], ['beyond-end', -50, null]);
    assert.deepEqual([group.status, group.totalLag], ['unknown', 0]);
    assert.match(
      group.reason ?? '',
      /^offset 150 of partition 0 of committed-beyond-the-end lies beyond its end 100: /,
    );
    await stage.agree(group);
  }),
  story('an offset that is none', async (stage) => {
    await committed(stage, 40);
    // What kafkajs commits for "from the beginning on": -2, which no client takes for an offset.
    await stage.admin((admin) =>
      admin.resetOffsets({ groupId: stage.group, topic: stage.topic, earliest: true }),
    );
    const group = await stage.console.until(stage.group, ({ partitions }) => partitions?.length === 0);
    assert.deepEqual(
      [group.status, group.totalLag, group.reason],
      ['unknown', null, 'the group has no partitions'],
    );
  }),
  story('overtaken by retention', async (stage) => {
    await committed(stage, 20);
    await stage.admin(async (admin) => {
      await admin.fetchTopicOffsets(stage.topic);
      await admin.deleteTopicRecords({ topic: stage.topic, partitions: [{ partition: 0, offset: '50' }] });
    });
    const group = await stage.console.minutes(3, stage.group);
    const row = rowOf(group);
    assert.deepEqual([row.offsetState, row.lag, row.lagSeconds], ['before-start', 80, null]);
    assert.deepEqual(
      [group.status, group.reason],
      [
        'stopped',
        'the group has no members: partition 0 of overtaken-by-retention has not committed for at least 3 min with 80 records to read; 30 records were deleted before they were read',
      ],
    );
    await stage.agree(group);
  }),
  story('a topic that is made anew', async (stage) => {
    await stage.makeTopic();
    await stage.produce(100);
    await stage.commit(80);
    const before = await stage.console.until(stage.group, ({ totalLag }) => totalLag === 20);
    assert.equal(rowOf(before).offsetState, 'live');
    await stage.admin((admin) => admin.deleteTopics({ topics: [stage.topic] }));
    await stage.console.until(
      stage.group,
      ({ partitions }) => partitions?.every(({ lag }) => lag === null) ?? false,
    );
    await stage.makeTopic();
    await stage.produce(100);
    const group = await stage.console.until(
      stage.group,
      ({ partitions }) => partitions?.[0]?.logEndOffset === 100,
    );
    const row = rowOf(group);
    assert.deepEqual(
      [row.offsetState, row.lag, group.status, group.totalLag],
      ['recreated', null, 'unknown', null],
    );
    assert.match(
      group.reason ?? '',
      /^partition 0 of a-topic-that-is-made-anew was deleted and made anew \d+ s ago, /,
    );
  }),
  story('a live group that committed nothing', async (stage) => {
    await stage.makeTopic(2);
    await stage.produce(100);
    await stage.reader();
    const group = await stage.console.until(
      stage.group,
      ({ state, partitions }) => state === 'Stable' && partitions?.length === 2,
    );
    assert.deepEqual([group.status, group.totalLag, group.lagSeconds], ['unknown', null, null]);
    assert.deepEqual([rowOf(group).offsetState, rowOf(group).lag], ['no-commit', null]);
    assert.equal(
      group.reason,
      'nothing has been committed for partition 0 of a-live-group-that-committed-nothing, nor for any other',
    );
    await stage.agree(group);
  }),
  story('a partition without a commit', async (stage) => {
    await stage.makeTopic(2);
    await stage.produce(100);
    const reader = await stage.reader();
    await reader.read(40);
    const group = await stage.console.until(stage.group, ({ partitions }) => partitions?.length === 2);
    assert.deepEqual([rowOf(group, 0).lag, rowOf(group, 1).lag, group.totalLag], [60, null, 60]);
    assert.equal(rowOf(group, 1).offsetState, 'no-commit');
    await stage.agree(group);
  }),
];

export const lagStories: readonly LagStory[] = [...movement, ...comparisons];

/** Only where there are transactions. */
export const transactionStory = story('an open transaction', async (stage) => {
  await stage.makeTopic();
  await stage.produce(100);
  const reader = await stage.reader();
  await reader.read(100);
  const producer = stage.world.kafka.producer({
    transactionalId: 'hangs',
    maxInFlightRequests: 1,
    idempotent: true,
    transactionTimeout: 600_000,
  });
  await producer.connect();
  try {
    await stage.console.minutes(3, stage.group);
    const transaction = await producer.transaction();
    const messages = Array.from({ length: 20 }, (_, index) => ({ value: String(index), partition: 0 }));
    await transaction.send({ topic: stage.topic, messages });
    const soon = await stage.console.minutes(3, stage.group);
    assert.deepEqual([soon.totalLag, rowOf(soon).logEndOffset, rowOf(soon).committedOffset], [20, 120, 100]);
    assert.match(
      soon.reason ?? '',
      /^a transaction that has been open for (\d+ s|[23] min) holds back 20 records of partition 0 of an-open-transaction, from offset 100 on$/,
    );
    await stage.agree(soon);
    const later = await stage.console.minutes(4, stage.group);
    assert.equal(later.status, 'stalled');
    assert.match(later.reason ?? '', /^a transaction that has been open for [67] min holds back 20 records /);
    await transaction.abort();
  } finally {
    await producer.disconnect();
  }
});
