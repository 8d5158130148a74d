/**
 * Decides the life of a broker in the cluster: it registers fenced, is unfenced when it serves, and then leads again
 * what it led.
 *
 * Leading again is a new leader epoch even for the only broker: records that a crash took away before they reached
 * the disk and records written in their place must not share (epoch, offset) (KIP-101, KIP-392's fencing).
 * Producer id blocks are here too: they are handed to registered brokers.
 */
import type { CommandResult } from './command.ts';
import type { BrokerEndpoint, MetadataImage } from './image.ts';
import { type MetadataRecord, NO_LEADER, partitionChange } from './metadata-record.ts';

export const PRODUCER_ID_BLOCK_SIZE = 1000;

export interface Registration {
  readonly brokerId: number;
  readonly incarnationId: string;
  readonly rack: string | null;
  readonly endpoints: readonly BrokerEndpoint[];
}

/** The answer is the broker epoch: the offset this record will have. */
export function registerBroker(broker: Registration, image: MetadataImage): CommandResult<number> {
  const brokerEpoch = image.offset + 1;
  const record: MetadataRecord = {
    type: 'RegisterBrokerRecord',
    brokerId: broker.brokerId,
    incarnationId: broker.incarnationId,
    brokerEpoch,
    endpoints: broker.endpoints.map(({ listenerName, host, port }) => ({ name: listenerName, host, port })),
    rack: broker.rack,
    fenced: true,
    inControlledShutdown: false,
    logDirectoryIds: [],
    features: new Map(),
  };
  return { records: [record], response: brokerEpoch };
}

/** Unfenced first: who hears that a partition has a leader again sees a broker that serves. A crash in between does no harm, every start registers anew. */
export function unfenceBroker(brokerId: number, image: MetadataImage): CommandResult<null> {
  const broker = image.brokers.get(brokerId);
  if (broker?.fenced !== true) return { records: [], response: null };
  const { brokerEpoch } = broker;
  const records: MetadataRecord[] = [
    { type: 'BrokerRegistrationChangeRecord', brokerId, brokerEpoch, fenced: -1, inControlledShutdown: 0 },
  ];
  for (const topic of image.topicsById.values()) {
    for (const { partition, leader, isr } of topic.partitions.values()) {
      if (!isr.includes(brokerId) || (leader !== brokerId && leader !== NO_LEADER)) continue;
      records.push(partitionChange(topic.topicId, partition, { leader: brokerId }));
    }
  }
  return { records, response: null, divisible: true };
}

export interface ProducerIdBlock {
  readonly firstProducerId: number;
  readonly count: number;
}

export function allocateProducerIds(brokerId: number, image: MetadataImage): CommandResult<ProducerIdBlock> {
  const firstProducerId = image.nextProducerId;
  const record: MetadataRecord = {
    type: 'ProducerIdsRecord',
    brokerId,
    brokerEpoch: image.brokers.get(brokerId)?.brokerEpoch ?? -1,
    nextProducerId: firstProducerId + PRODUCER_ID_BLOCK_SIZE,
  };
  return { records: [record], response: { firstProducerId, count: PRODUCER_ID_BLOCK_SIZE } };
}
