/**
 * What consumers say to each other through JoinGroup and SyncGroup (protocol type `consumer`).
 *
 * Both are int16 version and then the message: use decodeVersioned of schema/versioned-data.ts, which also reads versions newer
 * than ours. Subscription: 1 added owned partitions (KIP-429), 2 the generation, 3 the rack (KIP-881).
 */
import { array, bytes, int32, record, string, type Decoded } from '../schema/notation.ts';

export const consumerProtocolSubscription = record(
  -1,
  'ConsumerProtocolSubscription',
  { versions: '0-3' },
  {
    topics: array('0+', 'string'),
    userData: bytes('0+', { nullable: true }),
    ownedPartitions: array('1+', {
      topic: string('1+'),
      partitions: array('1+', 'int32'),
    }),
    generationId: int32('2+', { default: -1 }),
    rackId: string('3+', { nullable: true }),
  },
);
export type ConsumerProtocolSubscription = Decoded<typeof consumerProtocolSubscription>;

export const consumerProtocolAssignment = record(
  -1,
  'ConsumerProtocolAssignment',
  { versions: '0-3' },
  {
    assignedPartitions: array('0+', {
      topic: string('0+'),
      partitions: array('0+', 'int32'),
    }),
    userData: bytes('0+', { nullable: true }),
  },
);
export type ConsumerProtocolAssignment = Decoded<typeof consumerProtocolAssignment>;
