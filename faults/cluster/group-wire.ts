/**
 * Looks over the shoulder of one member of a group, whatever client it is: reads the requests and answers of its connections as they
 * pass and tells the ledger what the member was told. Nothing is changed, held back or answered here.
 */
import type { Socket } from 'node:net';
import { fixedBounds, FrameReader } from '../../broker/server/frame-reader.ts';
import { offsetCommitRequest, offsetCommitResponse } from '../../protocol/messages/08-offset-commit.ts';
import { offsetFetchRequest, offsetFetchResponse } from '../../protocol/messages/09-offset-fetch.ts';
import { syncGroupRequest, syncGroupResponse } from '../../protocol/messages/14-sync-group.ts';
import { consumerProtocolAssignment } from '../../protocol/messages/records-consumer-protocol.ts';
import { decodeMessage } from '../../protocol/schema/codec.ts';
import type { Decoded, MessageSchema } from '../../protocol/schema/notation.ts';
import { decodeVersioned } from '../../protocol/schema/versioned-data.ts';
import { decodeRequestHeader, readResponseHeader } from '../../protocol/wire/framing.ts';
import { Reader } from '../../protocol/wire/reader.ts';
import type { GroupLedger, Holding } from './group-ledger.ts';

const MAX_FRAME_BYTES = 104_857_600;
const MIN_ANSWER_BYTES = 4;

/** What a member was assigned of a topic. */
export function assignedPartitions(assignment: Buffer, topic: string): number[] {
  if (assignment.length === 0) return [];
  const { assignedPartitions: topics } = decodeVersioned(consumerProtocolAssignment, assignment);
  return topics.filter(({ topic: name }) => name === topic).flatMap(({ partitions }) => partitions);
}

export class GroupWire {
  readonly #ledger: GroupLedger;
  readonly #topic: string;
  /** The last assignment that the member was given. */
  last: Holding | null = null;

  constructor(ledger: GroupLedger, topic: string) {
    this.#ledger = ledger;
    this.#topic = topic;
  }

  /** Before anything was sent on the connection. */
  observe(socket: Socket): void {
    const awaited = new Map<number, (frame: Buffer) => void>();
    const requests = new FrameReader(fixedBounds(MAX_FRAME_BYTES));
    const answers = new FrameReader(fixedBounds(MAX_FRAME_BYTES, MIN_ANSWER_BYTES));
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
    socket.write = (chunk: Uint8Array, ...rest: unknown[]): boolean => {
      requests.push(Buffer.from(chunk), (frame) => this.#asked(frame, awaited));
      return write(chunk, ...rest);
    };
    socket.on('data', (chunk: Buffer) => {
      answers.push(chunk, (frame) => {
        const correlationId = frame.readInt32BE(0);
        awaited.get(correlationId)?.(frame);
        awaited.delete(correlationId);
      });
    });
  }

  #asked(frame: Buffer, awaited: Map<number, (frame: Buffer) => void>): void {
    const { apiKey, apiVersion, correlationId, bodyPosition } = decodeRequestHeader(frame);
    const body = frame.subarray(bodyPosition);
    const expect = <S extends MessageSchema>(schema: S, told: (answer: Decoded<S>) => void): void => {
      awaited.set(correlationId, (bytes) => {
        const reader = new Reader(bytes);
        readResponseHeader(reader, schema, apiVersion);
        told(decodeMessage(schema, apiVersion, bytes.subarray(reader.position)));
      });
    };
    if (apiKey === syncGroupRequest.apiKey)
      expect(syncGroupResponse, this.#syncing(decodeMessage(syncGroupRequest, apiVersion, body)));
    else if (apiKey === offsetFetchRequest.apiKey) expect(offsetFetchResponse, this.#beginning());
    else if (apiKey === offsetCommitRequest.apiKey)
      expect(offsetCommitResponse, this.#committing(decodeMessage(offsetCommitRequest, apiVersion, body)));
  }

  #syncing({ generationId, memberId, groupInstanceId }: Decoded<typeof syncGroupRequest>) {
    return ({ errorCode, assignment }: Decoded<typeof syncGroupResponse>): void => {
      if (errorCode !== 0) return;
      const partitions = assignedPartitions(assignment, this.#topic);
      this.last = { generationId, memberId, instanceId: groupInstanceId, partitions };
      this.#ledger.owns(this.last);
    };
  }

  /** What is acknowledged now is the least that the answer may say. */
  #beginning() {
    const least = new Map<number, number>();
    const leastOf = (partition: number): number => least.get(partition) ?? -1;
    for (const partition of this.last?.partitions ?? [])
      least.set(partition, this.#ledger.committed(partition));
    return ({ errorCode, topics }: Decoded<typeof offsetFetchResponse>): void => {
      if (errorCode !== 0) return;
      for (const { partitionIndex, committedOffset, errorCode: code } of topics.find(
        ({ name }) => name === this.#topic,
      )?.partitions ?? [])
        if (code === 0) this.#ledger.begins(partitionIndex, Number(committedOffset), leastOf(partitionIndex));
    };
  }

  #committing(request: Decoded<typeof offsetCommitRequest>) {
    const { memberId, generationIdOrMemberEpoch: generationId, groupInstanceId: instanceId } = request;
    const sent = this.#ledger.sends({ memberId, generationId, instanceId });
    const offsets = new Map<number, number>();
    for (const { partitionIndex, committedOffset } of request.topics.find(({ name }) => name === this.#topic)
      ?.partitions ?? [])
      offsets.set(partitionIndex, Number(committedOffset));
    return ({ topics }: Decoded<typeof offsetCommitResponse>): void => {
      const codes = new Set<number>();
      for (const { name, partitions } of topics) {
        for (const { partitionIndex, errorCode } of partitions) {
          codes.add(errorCode);
          const offset = offsets.get(partitionIndex);
          if (name === this.#topic && errorCode === 0 && offset !== undefined)
            this.#ledger.accepts(partitionIndex, offset);
        }
      }
      for (const code of codes) this.#ledger.answered(sent, code);
    };
  }
}
