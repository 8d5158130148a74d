/**
 * Records of `__remote_log_metadata` (KIP-405). The tool prints them as Java's objects print themselves, not as JSON; these are
 * their words. A record that cannot be read is said so in its place.
 */
import {
  remoteLogSegmentMetadataRecord,
  remoteLogSegmentMetadataSnapshotRecord,
  remoteLogSegmentMetadataUpdateRecord,
  remotePartitionDeleteMetadataRecord,
} from '../../../protocol/messages/records-remote-log.ts';
import { readMessage } from '../../../protocol/schema/codec.ts';
import { openMetadataRecord } from '../../../protocol/schema/versioned-data.ts';
import { ProtocolError } from '../../../protocol/wire/protocol-error.ts';
import type { Reader } from '../../../protocol/wire/reader.ts';
import type { RecordDecoder } from './record-decoder.ts';

const SEGMENT_STATES = [
  ...['COPY_SEGMENT_STARTED', 'COPY_SEGMENT_FINISHED'],
  ...['DELETE_SEGMENT_STARTED', 'DELETE_SEGMENT_FINISHED'],
];
const PARTITION_STATES = [
  ...['DELETE_PARTITION_MARKED', 'DELETE_PARTITION_STARTED', 'DELETE_PARTITION_FINISHED'],
];

export function remoteLogDecoder(): RecordDecoder {
  return ({ offset, value }) => {
    try {
      const { type, reader } = openMetadataRecord(value ?? Buffer.alloc(0));
      return { key: null, payload: textOf(type, reader) };
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return { key: null, payload: `Error at offset ${String(offset)}, skipping. ${error.message}` };
    }
  };
}

function textOf(type: number, reader: Reader): string {
  switch (type) {
    case remoteLogSegmentMetadataRecord.apiKey:
      return segmentText(reader);
    case remoteLogSegmentMetadataUpdateRecord.apiKey:
      return updateText(reader);
    case remotePartitionDeleteMetadataRecord.apiKey:
      return partitionText(reader);
    case remoteLogSegmentMetadataSnapshotRecord.apiKey:
      return snapshotText(reader);
    default:
      throw new ProtocolError(
        'value',
        `org.apache.kafka.common.errors.UnsupportedVersionException: Unknown metadata id ${String(type)}`,
      );
  }
}

interface TopicIdPartition {
  readonly name: string;
  readonly id: string;
  readonly partition: number;
}

function partitionName({ id, name, partition }: TopicIdPartition): string {
  return `${id}:${name}-${String(partition)}`;
}

interface SegmentId {
  readonly topicIdPartition: TopicIdPartition;
  readonly id: string;
}

function segmentIdText({ topicIdPartition, id }: SegmentId): string {
  return `RemoteLogSegmentId{topicIdPartition=${partitionName(topicIdPartition)}, id=${id}}`;
}

function customText(bytes: Buffer | null): string {
  return bytes === null ? 'Optional.empty' : `Optional[CustomMetadata{${String(bytes.length)} bytes}]`;
}

/** A sorted map: the last entry of an epoch counts. */
function epochsText(epochs: readonly { readonly leaderEpoch: number; readonly offset: bigint }[]): string {
  const byEpoch = new Map(epochs.map(({ leaderEpoch, offset }) => [leaderEpoch, offset]));
  const entries = [...byEpoch].sort(([left], [right]) => left - right);
  return `{${entries.map(([epoch, offset]) => `${String(epoch)}=${String(offset)}`).join(', ')}}`;
}

function stateName(names: readonly string[], id: number): string {
  const name = names[id];
  if (name === undefined) throw new ProtocolError('value', `Unknown state id: ${String(id)}`);
  return name;
}

function segmentText(reader: Reader): string {
  const segment = readMessage(remoteLogSegmentMetadataRecord, 0, reader);
  return (
    `RemoteLogSegmentMetadata{remoteLogSegmentId=${segmentIdText(segment.remoteLogSegmentId)}` +
    `, startOffset=${String(segment.startOffset)}, endOffset=${String(segment.endOffset)}` +
    `, brokerId=${String(segment.brokerId)}, maxTimestampMs=${String(segment.maxTimestampMs)}` +
    `, eventTimestampMs=${String(segment.eventTimestampMs)}` +
    `, segmentLeaderEpochs=${epochsText(segment.segmentLeaderEpochs)}` +
    `, segmentSizeInBytes=${String(segment.segmentSizeInBytes)}` +
    `, customMetadata=${customText(segment.customMetadata)}` +
    `, state=${stateName(SEGMENT_STATES, segment.remoteLogSegmentState)}` +
    `, txnIdxEmpty=${String(segment.txnIndexEmpty)}}`
  );
}

function updateText(reader: Reader): string {
  const update = readMessage(remoteLogSegmentMetadataUpdateRecord, 0, reader);
  return (
    `RemoteLogSegmentMetadataUpdate{remoteLogSegmentId=${segmentIdText(update.remoteLogSegmentId)}` +
    `, customMetadata=${customText(update.customMetadata)}` +
    `, state=${stateName(SEGMENT_STATES, update.remoteLogSegmentState)}` +
    `, eventTimestampMs=${String(update.eventTimestampMs)}, brokerId=${String(update.brokerId)}}`
  );
}

function partitionText(reader: Reader): string {
  const marked = readMessage(remotePartitionDeleteMetadataRecord, 0, reader);
  return (
    `RemotePartitionDeleteMetadata{topicPartition=${partitionName(marked.topicIdPartition)}` +
    `, state=${stateName(PARTITION_STATES, marked.remotePartitionDeleteState)}` +
    `, eventTimestampMs=${String(marked.eventTimestampMs)}, brokerId=${String(marked.brokerId)}}`
  );
}

function snapshotText(reader: Reader): string {
  const snapshot = readMessage(remoteLogSegmentMetadataSnapshotRecord, 0, reader);
  return (
    `RemoteLogSegmentMetadataSnapshot{segmentId=${snapshot.segmentId}` +
    `, startOffset=${String(snapshot.startOffset)}, endOffset=${String(snapshot.endOffset)}` +
    `, maxTimestampMs=${String(snapshot.maxTimestampMs)}` +
    `, segmentLeaderEpochs=${epochsText(snapshot.segmentLeaderEpochs)}` +
    `, segmentSizeInBytes=${String(snapshot.segmentSizeInBytes)}` +
    `, customMetadata=${customText(snapshot.customMetadata)}` +
    `, state=${stateName(SEGMENT_STATES, snapshot.remoteLogSegmentState)}` +
    `, txnIdxEmpty=${String(snapshot.txnIndexEmpty)}}`
  );
}
