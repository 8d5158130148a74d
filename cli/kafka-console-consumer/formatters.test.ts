import { describe, expect, test } from 'vitest';
import type { ConsumedRecord } from '../../kafka-client/consumer/record-consumer.ts';
import {
  groupMetadataKey,
  offsetCommitKey,
  offsetCommitValue,
} from '../../protocol/messages/records-group-offsets.ts';
import { encodeCoordinatorKey, encodeVersioned } from '../../protocol/schema/versioned-data.ts';
import { DEFAULT_FORMATTER, formatterNamed } from './formatters.ts';

const record = (fields: Partial<ConsumedRecord> = {}): ConsumedRecord => ({
  ...{ topic: 't', partition: 2, offset: 7, timestampMs: 99, isLogAppendTime: false },
  ...{ key: Buffer.from('k'), value: Buffer.from('v'), headers: [] },
  ...fields,
});
const text = (
  properties: Record<string, string>,
  fields: Partial<ConsumedRecord> = {},
  name = DEFAULT_FORMATTER,
) => formatterNamed(name, new Map(Object.entries(properties)))(record(fields)).toString();

describe('the text of a record', () => {
  const all = Object.fromEntries(
    ['timestamp', 'partition', 'offset', 'epoch', 'headers', 'key'].map((part) => [`print.${part}`, 'true']),
  );
  const headers = [
    { key: 'a', value: Buffer.from('1') },
    { key: 'b', value: null },
  ];
  test.each([
    [{}, {}, 'v\n'],
    [{}, { value: null }, 'null\n'],
    [all, {}, 'CreateTime:99\tPartition:2\tOffset:7\tEpoch:NOT_PRESENT\tNO_HEADERS\tk\tv\n'],
    [
      { ...all, 'key.separator': '|', 'line.separator': ';', 'headers.separator': '&', 'null.literal': '-' },
      { isLogAppendTime: true, headers, key: null, value: null },
      'LogAppendTime:99|Partition:2|Offset:7|Epoch:NOT_PRESENT|a:1&b:-|-|-;',
    ],
    [{ 'print.timestamp': 'true' }, { timestampMs: null }, 'NO_TIMESTAMP\tv\n'],
    [{ 'print.key': ' True ', 'print.value': 'false' }, {}, 'k\n'],
    [{ 'print.value': 'false' }, {}, ''],
    [
      { 'value.deserializer': 'org.apache.kafka.common.serialization.IntegerDeserializer' },
      { value: Buffer.from([255, 255, 255, 254]) },
      '-2\n',
    ],
    [
      { 'value.deserializer': 'org.apache.kafka.common.serialization.LongDeserializer' },
      { value: Buffer.from([0, 0, 0, 0, 0, 0, 1, 0]) },
      '256\n',
    ],
    [
      { 'value.deserializer': 'org.apache.kafka.common.serialization.DoubleDeserializer' },
      { value: Buffer.from([0x40, 0, 0, 0, 0, 0, 0, 0]) },
      '2.0\n',
    ],
  ])('%j', (properties, fields, line) => {
    expect(text(properties as Record<string, string>, fields)).toBe(line);
  });

  test('what is there under other names', () => {
    expect(text({}, {}, 'org.apache.kafka.tools.consumer.NoOpMessageFormatter')).toBe('');
    expect(text({}, {}, 'org.apache.kafka.tools.consumer.LoggingMessageFormatter')).toBe(
      'CreateTime:99, key:k, value:v\n',
    );
    expect(() => text({}, {}, 'my.Formatter')).toThrow('my.Formatter: there is no such formatter here');
    expect(() => text({ 'key.deserializer': 'my.D' })).toThrow('my.D: there is no such deserializer here');
    expect(() =>
      text({ 'value.deserializer': 'org.apache.kafka.common.serialization.IntegerDeserializer' }),
    ).toThrow('Size of data received by IntegerDeserializer is not 4');
  });
});

describe('committed offsets', () => {
  const key = encodeCoordinatorKey(offsetCommitKey, { group: 'g', topic: 'orders', partition: 1 });
  const commit = { offset: 5n, leaderEpoch: 3, metadata: 'm', commitTimestamp: 1_000n };
  const value = encodeVersioned(offsetCommitValue, 3, commit);
  const JSON_NAME = 'org.apache.kafka.tools.consumer.OffsetsMessageFormatter';
  const LINES = String.raw`kafka.coordinator.group.GroupMetadataManager\$OffsetsMessageFormatter`;

  test('as JSON, one behind the other', () => {
    expect(text({}, { key, value }, JSON_NAME)).toBe(
      '{"key":{"type":1,"data":{"group":"g","topic":"orders","partition":1}},"value":{"version":3,"data":{"offset":5,"leaderEpoch":3,"metadata":"m","commitTimestamp":1000}}}',
    );
    expect(text({}, { key, value: null }, JSON_NAME)).toMatch(/"value":null\}$/);
  });

  test('as lines under the name that they had', () => {
    expect(text({}, { key, value }, LINES)).toBe(
      '[g,orders,1]::OffsetAndMetadata(offset=5, leaderEpoch=Optional[3], metadata=m, commitTimestamp=1000, expireTimestamp=None)\n',
    );
    const expiring = encodeVersioned(offsetCommitValue, 1, { ...commit, expireTimestamp: 2_000n });
    expect(text({}, { key, value: expiring }, LINES)).toBe(
      '[g,orders,1]::OffsetAndMetadata(offset=5, leaderEpoch=Optional.empty, metadata=m, commitTimestamp=1000, expireTimestamp=Some(2000))\n',
    );
    expect(text({}, { key, value: null }, LINES)).toBe('[g,orders,1]::NULL\n');
  });

  test('nothing of other records, and words for what is cut off', () => {
    const other = encodeCoordinatorKey(groupMetadataKey, { group: 'g' });
    expect(text({}, { key: other, value: null }, JSON_NAME)).toBe('');
    expect(text({}, { key: null }, JSON_NAME)).toBe('');
    expect(() => text({}, { key, value: value.subarray(0, 9) }, JSON_NAME)).toThrow(
      'Could not read record at offset 7',
    );
  });
});
