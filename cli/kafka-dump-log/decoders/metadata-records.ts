/**
 * Records of the metadata log `__cluster_metadata` and its snapshots (KIP-631), as JSON. They have no keys. One that cannot
 * be read is said so in its place.
 */
import * as access from '../../../protocol/messages/records-metadata-access.ts';
import * as cluster from '../../../protocol/messages/records-metadata-cluster.ts';
import * as topics from '../../../protocol/messages/records-metadata-topics.ts';
import * as transactions from '../../../protocol/messages/records-metadata-transactions.ts';
import { readMessage } from '../../../protocol/schema/codec.ts';
import { messageToJson } from '../../../protocol/schema/json-form.ts';
import type { MessageSchema } from '../../../protocol/schema/notation.ts';
import { openMetadataRecord, type MetadataRecordFrame } from '../../../protocol/schema/versioned-data.ts';
import { ProtocolError } from '../../../protocol/wire/protocol-error.ts';
import { JavaDouble, javaJson } from '../java-json.ts';
import type { RecordDecoder } from './record-decoder.ts';
import { schemasIn } from './record-schemas.ts';

const FILES = [cluster, topics, access, transactions];

export function metadataDecoder(): RecordDecoder {
  const schemas = new Map(schemasIn(FILES).map((schema) => [schema.apiKey, schema]));
  return ({ offset, value }) => {
    try {
      const { type, version, reader } = open(value ?? Buffer.alloc(0));
      const schema = schemas.get(type);
      if (schema === undefined)
        throw new ProtocolError('value', `Unknown metadata record type ${String(type)}`);
      const known = Math.min(version, schema.versions.max);
      const data = withDoubles(
        schema,
        messageToJson(schema, known, readMessage(schema, known, reader), 'base64'),
      );
      return { key: null, payload: javaJson({ type: typeNameOf(schema), version, data }) };
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return { key: null, payload: `Error at ${String(offset)}, skipping. ${error.message}` };
    }
  };
}

function open(value: Buffer): MetadataRecordFrame {
  const frameVersion = value[0];
  if (frameVersion === 0) {
    throw new ProtocolError(
      'version',
      'Could not deserialize metadata record with frame version 0. Note that upgrades from the preview release of KRaft in 2.8 to newer versions are not supported.',
    );
  }
  return openMetadataRecord(value);
}

/** A quota's value is the only float64 of these records. */
function withDoubles(schema: MessageSchema, json: Record<string, unknown>): Record<string, unknown> {
  for (const [name, field] of Object.entries(schema.fields)) {
    const value = json[name];
    if (field.type === 'float64' && typeof value === 'number') json[name] = new JavaDouble(value);
  }
  return json;
}

/** RegisterBrokerRecord -> REGISTER_BROKER_RECORD. */
function typeNameOf(schema: MessageSchema): string {
  return schema.name.replace(/(?<=.)(?=[A-Z])/g, '_').toUpperCase();
}
