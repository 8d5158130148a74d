/** DescribeTopicPartitions through the codec: names, pages, and what is not there. */
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../../protocol/schema/codec.ts';
import type { Encodable } from '../../protocol/schema/notation.ts';
import type { DescribeTopicPartitionsResponse } from '../../protocol/messages/75-describe-topic-partitions.ts';
import { emptyImage, partitionImage } from '../controller/image.ts';
import type { MetadataImage, PartitionImage } from '../controller/image.ts';
import { describeTopicPartitions as api } from './75-describe-topic-partitions.ts';
import type { BrokerServices } from './broker-services.ts';
import { testContext } from './test-services.ts';

function imageOf(topics: Readonly<Record<string, readonly PartitionImage[]>>): MetadataImage {
  const named = Object.entries(topics).map(([name, partitions], index) => ({
    name,
    topicId: `AAAAAAAAAAAAAAAAAAAAA${String.fromCharCode(66 + index)}`,
    partitions: new Map(partitions.map((partition) => [partition.partition, partition])),
  }));
  return { ...emptyImage('c'), topicsByName: new Map(named.map((topic) => [topic.name, topic])) };
}

async function ask(
  image: MetadataImage,
  request: Encodable<typeof api.request>,
): Promise<DescribeTopicPartitionsResponse> {
  const decoded = decodeMessage(api.request, 0, encodeMessage(api.request, 0, request));
  const services = { image: () => image } as unknown as BrokerServices;
  const answer = await api.handle(decoded, testContext(0), services);
  if (answer === null) throw new Error('no answer');
  return decodeMessage(
    api.response,
    0,
    encodeMessage(api.response, 0, answer),
  ) as unknown as DescribeTopicPartitionsResponse;
}

const rows = (count: number): PartitionImage[] =>
  Array.from({ length: count }, (_, partition) => partitionImage({ partition, replicas: [0, 1, 2] }));

describe('DescribeTopicPartitions', () => {
  it('tells leader, replicas, ISR, eligible leaders and which replicas are away', async () => {
    const image = imageOf({
      t: [
        partitionImage({
          partition: 0,
          replicas: [0, 1, 2],
          isr: [1],
          elr: [2],
          lastKnownElr: [0],
          leader: 1,
        }),
      ],
    });
    const { topics, nextCursor } = await ask(image, {
      topics: [{ name: 't' }, { name: 'gone' }],
      cursor: null,
    });
    expect(nextCursor).toBeNull();
    expect(topics).toMatchObject([
      { name: 'gone', errorCode: 3, partitions: [] },
      {
        name: 't',
        errorCode: 0,
        partitions: [
          {
            leaderId: 1,
            isrNodes: [1],
            eligibleLeaderReplicas: [2],
            lastKnownElr: [0],
            offlineReplicas: [0, 1, 2],
          },
        ],
      },
    ]);
  });

  it('tells all in name order, page after page, each partition once', async () => {
    const image = imageOf({ b: rows(3), a: rows(2), c: rows(1) });
    const seen: string[] = [];
    let cursor: DescribeTopicPartitionsResponse['nextCursor'] = null;
    let pages = 0;
    do {
      const page = await ask(image, { topics: [], responsePartitionLimit: 2, cursor });
      for (const { name, partitions } of page.topics)
        seen.push(...partitions.map(({ partitionIndex }) => `${String(name)}-${partitionIndex}`));
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor !== null);
    expect(seen).toEqual(['a-0', 'a-1', 'b-0', 'b-1', 'b-2', 'c-0']);
    expect(pages).toBe(3);
  });

  it('goes on behind a topic that was deleted between two pages', async () => {
    const image = imageOf({ c: rows(1) });
    const cursor = { topicName: 'b', partitionIndex: 1 };
    const { topics } = await ask(image, { topics: [{ name: 'a' }, { name: 'b' }, { name: 'c' }], cursor });
    expect(topics).toMatchObject([{ name: 'c' }]);
  });
});
