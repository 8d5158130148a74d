/** Topics on first use: asked for once, and told of when this node's image has them. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import type { ImageListener, MetadataImage } from '../controller/image.ts';
import { emptyImage } from '../controller/image.ts';
import type { Logger } from '../platform/logger.ts';
import { createMemoryPlatform } from '../platform/memory/memory-platform.ts';
import { type ControllerChannel, ControllerUnreachable } from './controller-channel.ts';
import { TopicCreation } from './topic-creation.ts';

const silent: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  named: () => silent,
};

function node(answer: (name: string) => number | null) {
  const machine = createMemoryPlatform();
  const listeners = new Set<ImageListener>();
  const asked: { name: string; numPartitions: number; replicationFactor: number }[] = [];
  let image: MetadataImage = emptyImage('cluster');
  const channel: ControllerChannel = {
    call: (_api, _version, body) => {
      const [topic] = (body as unknown as { topics: typeof asked }).topics;
      if (topic === undefined) throw new Error('no topic');
      asked.push(topic);
      const errorCode = answer(topic.name);
      if (errorCode === null) return Promise.reject(new ControllerUnreachable('nobody', true));
      return Promise.resolve({ topics: [{ name: topic.name, errorCode, errorMessage: null }] } as never);
    },
  };
  const creation = new TopicCreation({
    ...{ platform: machine, logger: silent, channel, image: () => image, timeoutMs: () => 1_000 },
    policy: () => ({
      autoCreateTopicsEnable: true,
      internalTopics: new Map([
        ['__consumer_offsets', { partitions: 50, replicationFactor: 3, configs: new Map() }],
      ]),
    }),
    onImage: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const learn = (name: string): void => {
    const topic = { name, topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', partitions: new Map() };
    image = { ...image, topicsByName: new Map(image.topicsByName).set(name, topic) };
    for (const listener of [...listeners]) listener(image, {} as never);
  };
  return { machine, asked, creation, learn, listeners };
}

describe('topics on first use', () => {
  it('are asked for once, however many wait, and are there when it is said so', async () => {
    const { machine, asked, creation, learn, listeners } = node(() => 0);
    let told = 0;
    const waiting = [1, 2, 3].map(() => creation.autoCreate(['orders', 'orders']).then(() => (told += 1)));
    await machine.advance(500);
    expect([asked.length, told]).toEqual([1, 0]);
    learn('orders');
    await Promise.all(waiting);
    expect(await creation.autoCreate(['orders'])).toEqual(new Map([['orders', 0]]));
    expect([asked.length, listeners.size]).toEqual([1, 0]);
    expect(asked[0]).toMatchObject({ numPartitions: -1, replicationFactor: -1 });
  });

  it('of the broker itself are made as its configuration says', async () => {
    const { machine, asked, creation, learn } = node(() => ErrorCode.TOPIC_ALREADY_EXISTS);
    const made = creation.autoCreate(['__consumer_offsets']);
    await machine.advance(1);
    learn('__consumer_offsets');
    expect(await made).toEqual(new Map([['__consumer_offsets', 0]]));
    expect(asked).toMatchObject([{ numPartitions: 50, replicationFactor: 3 }]);
  });

  it('are answered so that clients ask again, when no controller answers or the image is late', async () => {
    const { machine, creation } = node((name) => (name === 'late' ? 0 : null));
    const codes = creation.autoCreate(['late', 'unheard', '__transaction_state']);
    await machine.advance(1_500);
    expect(await codes).toEqual(
      new Map([
        ['late', ErrorCode.LEADER_NOT_AVAILABLE],
        ['unheard', ErrorCode.LEADER_NOT_AVAILABLE],
        ['__transaction_state', ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
      ]),
    );
  });
});
