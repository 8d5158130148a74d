/**
 * Members of a classic consumer group carry their subscription and assignment as bytes; the tool prints them as messages. Bytes that
 * are none stay what they are.
 */
import {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
} from '../../../protocol/messages/records-consumer-protocol.ts';
import { readMessage } from '../../../protocol/schema/codec.ts';
import { messageToJson } from '../../../protocol/schema/json-form.ts';
import type { MessageSchema } from '../../../protocol/schema/notation.ts';
import { ProtocolError } from '../../../protocol/wire/protocol-error.ts';
import { Reader } from '../../../protocol/wire/reader.ts';

type Json = Readonly<Record<string, unknown>>;

/** `group` is the JSON form of a GroupMetadataValue with its bytes in base64. */
export function withConsumerProtocol(group: Json): Json {
  const members = group['members'];
  if (group['protocolType'] !== 'consumer' || !Array.isArray(members)) return group;
  return {
    ...group,
    members: (members as Json[]).map((member) => ({
      ...member,
      subscription: readable(consumerProtocolSubscription, member['subscription']),
      assignment: readable(consumerProtocolAssignment, member['assignment']),
    })),
  };
}

function readable(schema: MessageSchema, base64: unknown): unknown {
  if (typeof base64 !== 'string') return base64;
  try {
    const reader = new Reader(Buffer.from(base64, 'base64'));
    const version = Math.min(reader.int16(), schema.versions.max);
    return messageToJson(schema, version, readMessage(schema, version, reader), 'base64');
  } catch (error) {
    if (error instanceof ProtocolError) return base64;
    throw error;
  }
}
