/** What a form takes over from another topic. */
import { expect, test } from 'vitest';
import type { Config } from '../../console/contracts/configs';
import type { TopicDetail } from '../../console/contracts/topics';
import { draftLike } from './topic-draft';

const config = (name: string, value: string | null, source = 'topic'): Config => ({
  ...{ name, value, source },
  isDefault: source === 'default',
  readOnly: false,
  sensitive: false,
});
const topic = (configs: Config[]): TopicDetail =>
  ({ name: 'orders', partitionCount: 12, replicationFactor: 3, configs }) as unknown as TopicDetail;

test('shape and own settings come along, what the brokers say does not', () => {
  const configs = [
    config('cleanup.policy', 'delete, compact'),
    config('retention.ms', '1800000'),
    config('max.message.bytes', '2000000'),
    config('segment.bytes', '1073741824', 'default'),
    config('min.insync.replicas', '2', 'staticBroker'),
  ];
  expect(draftLike(topic(configs), [])).toEqual({
    name: 'orders-copy',
    partitions: '12',
    replication: '3',
    cleanup: 'compact,delete',
    retention: '1800000',
    others: { 'max.message.bytes': '2000000' },
  });
});

test('the name is one that is free, and no longer than names may be', () => {
  const taken = [{ name: 'orders-copy' }, { name: 'orders-copy-2' }];
  expect(draftLike(topic([]), taken).name).toBe('orders-copy-3');
  expect(draftLike({ ...topic([]), name: 'x'.repeat(249) }, []).name).toHaveLength(249);
});
