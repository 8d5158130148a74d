/**
 * The content of a snapshot: the fewest records whose replay gives the image again. In the order in which they refer
 * to each other, and in batches that are made one at a time, so that a large image is never in memory twice.
 */
import { configResource, type MetadataImage } from './image.ts';
import { type MetadataRecord, partitionRecord } from './metadata-record.ts';
import { encodeRecord } from './record-codec.ts';

/** As in Kafka's snapshots. */
const RECORDS_PER_BATCH = 1024;

/** Encoded records, in batches. Its offset and epoch stand in the snapshot's name. */
export function* imageRecords(image: MetadataImage): Generator<readonly Buffer[]> {
  let batch: Buffer[] = [];
  for (const record of recordsOf(image)) {
    batch.push(encodeRecord(record));
    if (batch.length < RECORDS_PER_BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function* recordsOf(image: MetadataImage): Generator<MetadataRecord> {
  for (const [name, featureLevel] of image.features) yield { type: 'FeatureLevelRecord', name, featureLevel };
  for (const { endpoints, ...broker } of image.brokers.values()) {
    const named = endpoints.map(({ listenerName, ...where }) => ({ name: listenerName, ...where }));
    yield { type: 'RegisterBrokerRecord', ...broker, endpoints: named };
  }
  for (const { name, topicId, partitions } of image.topicsById.values()) {
    yield { type: 'TopicRecord', name, topicId };
    for (const partition of partitions.values()) yield partitionRecord(topicId, partition);
  }
  for (const [key, entries] of image.configs) {
    const { type: resourceType, name: resourceName } = configResource(key);
    for (const [name, value] of entries) {
      yield { type: 'ConfigRecord', resourceType, resourceName, name, value };
    }
  }
  for (const user of image.scramUsers.values()) yield { type: 'UserScramCredentialRecord', ...user };
  for (const [id, acl] of image.acls) yield { type: 'AccessControlEntryRecord', id, ...acl };
  for (const { entity, values } of image.clientQuotas.values()) {
    for (const [key, value] of values) yield { type: 'ClientQuotaRecord', entity, key, value, remove: false };
  }
  if (image.nextProducerId > 0) {
    const { nextProducerId } = image;
    yield { type: 'ProducerIdsRecord', brokerId: -1, brokerEpoch: -1, nextProducerId };
  }
}
