import { describe, expect, test } from 'vitest';
import { offsetCommitKey, offsetCommitValue, groupMetadataKey } from '../messages/records-group-offsets.ts';
import { topicRecord } from '../messages/records-metadata-topics.ts';
import { consumerProtocolSubscription } from '../messages/records-consumer-protocol.ts';
import { ProtocolError } from '../wire/protocol-error.ts';
import { readMessage } from './codec.ts';
import {
  decodeCoordinatorKey,
  decodeVersioned,
  encodeCoordinatorKey,
  encodeMetadataRecord,
  encodeVersioned,
  openMetadataRecord,
  prefixOf,
} from './versioned-data.ts';

describe('records of coordinators', () => {
  test('a key begins with its type, a value with its version', () => {
    const key = encodeCoordinatorKey(offsetCommitKey, { group: 'g', topic: 't', partition: 2 });
    expect(key.toString('hex')).toBe('0001' + '000167' + '000174' + '00000002');
    expect(decodeCoordinatorKey(offsetCommitKey, key)).toEqual({ group: 'g', topic: 't', partition: 2 });
    const value = encodeVersioned(offsetCommitValue, 3, { offset: 5n, metadata: 'm', commitTimestamp: 9n });
    expect(prefixOf(value)).toBe(3);
    expect(decodeVersioned(offsetCommitValue, value)).toMatchObject({
      offset: 5n,
      metadata: 'm',
      commitTimestamp: 9n,
    });
  });

  test('a key of another type is refused', () => {
    expect(() => decodeCoordinatorKey(groupMetadataKey, encodeCoordinatorKey(offsetCommitKey, {}))).toThrow(
      ProtocolError,
    );
    expect(() => prefixOf(Buffer.from([0]))).toThrow(ProtocolError);
  });

  test('a subscription newer than ours is read as far as we know it', () => {
    const bytes = encodeVersioned(consumerProtocolSubscription, 3, { topics: ['a'], rackId: 'r' });
    bytes.writeInt16BE(9);
    const newer = Buffer.concat([bytes, Buffer.from('more')]);
    expect(decodeVersioned(consumerProtocolSubscription, newer)).toMatchObject({
      topics: ['a'],
      rackId: 'r',
    });
  });
});

describe('records of the metadata log', () => {
  test('are framed by three varints', () => {
    const bytes = encodeMetadataRecord(topicRecord, 0, { name: 'orders' });
    expect(bytes.subarray(0, 3).toString('hex')).toBe('010200');
    const frame = openMetadataRecord(bytes);
    expect(frame).toMatchObject({ type: topicRecord.apiKey, version: 0 });
    expect(readMessage(topicRecord, frame.version, frame.reader).name).toBe('orders');
  });

  test('another frame version is refused', () => {
    expect(() => openMetadataRecord(Buffer.from('020200', 'hex'))).toThrow(ProtocolError);
  });
});
