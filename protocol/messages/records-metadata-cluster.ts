/**
 * Records of the metadata log about brokers, features, configuration and producer ids (KIP-500, KIP-631).
 *
 * Each value is framed as schema/versioned-data.ts describes. RegisterBroker: 1 added controlled shutdown, 2 the migration from
 * ZooKeeper, 3 log directories (KIP-858), 4 cordoned ones (KIP-1066). Broker ids are Kafka's node ids, a broker's epoch is
 * the offset of its registration.
 */
import {
  array,
  bool,
  int16,
  int32,
  int64,
  int8,
  record,
  string,
  uint16,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const registerBrokerRecord = record(
  0,
  'RegisterBrokerRecord',
  { versions: '0-4', flexible: '0+' },
  {
    brokerId: int32('0+'),
    isMigratingZkBroker: bool('2+'),
    incarnationId: uuid('0+'),
    brokerEpoch: int64('0+'),
    endPoints: array('0+', {
      name: string('0+'),
      host: string('0+'),
      port: uint16('0+'),
      securityProtocol: int16('0+'),
    }),
    features: array('0+', {
      name: string('0+'),
      minSupportedVersion: int16('0+'),
      maxSupportedVersion: int16('0+'),
    }),
    rack: string('0+', { nullable: true }),
    fenced: bool('0+', { default: true }),
    inControlledShutdown: bool('1+'),
    logDirs: array('3+', 'uuid', { tag: 0 }),
    cordonedLogDirs: array('4+', 'uuid', { nullable: true, tag: 1 }),
  },
);
export type RegisterBrokerRecord = Decoded<typeof registerBrokerRecord>;

export const unregisterBrokerRecord = record(
  1,
  'UnregisterBrokerRecord',
  { versions: '0', flexible: '0+' },
  {
    brokerId: int32('0+'),
    brokerEpoch: int64('0+'),
  },
);
export type UnregisterBrokerRecord = Decoded<typeof unregisterBrokerRecord>;

export const fenceBrokerRecord = record(
  7,
  'FenceBrokerRecord',
  { versions: '0', flexible: '0+' },
  {
    id: int32('0+'),
    epoch: int64('0+'),
  },
);
export type FenceBrokerRecord = Decoded<typeof fenceBrokerRecord>;

export const unfenceBrokerRecord = record(
  8,
  'UnfenceBrokerRecord',
  { versions: '0', flexible: '0+' },
  {
    id: int32('0+'),
    epoch: int64('0+'),
  },
);
export type UnfenceBrokerRecord = Decoded<typeof unfenceBrokerRecord>;

export const brokerRegistrationChangeRecord = record(
  17,
  'BrokerRegistrationChangeRecord',
  { versions: '0-3', flexible: '0+' },
  {
    brokerId: int32('0+'),
    brokerEpoch: int64('0+'),
    fenced: int8('0+', { tag: 0 }),
    inControlledShutdown: int8('1+', { tag: 1 }),
    logDirs: array('2+', 'uuid', { tag: 2 }),
    cordonedLogDirs: array('3+', 'uuid', { nullable: true, tag: 3 }),
  },
);
export type BrokerRegistrationChangeRecord = Decoded<typeof brokerRegistrationChangeRecord>;

export const featureLevelRecord = record(
  12,
  'FeatureLevelRecord',
  { versions: '0', flexible: '0+' },
  {
    name: string('0+'),
    featureLevel: int16('0+'),
  },
);
export type FeatureLevelRecord = Decoded<typeof featureLevelRecord>;

export const configRecord = record(
  4,
  'ConfigRecord',
  { versions: '0', flexible: '0+' },
  {
    resourceType: int8('0+'),
    resourceName: string('0+'),
    name: string('0+'),
    value: string('0+', { nullable: true }),
  },
);
export type ConfigRecord = Decoded<typeof configRecord>;

export const producerIdsRecord = record(
  15,
  'ProducerIdsRecord',
  { versions: '0', flexible: '0+' },
  {
    brokerId: int32('0+'),
    brokerEpoch: int64('0+', { default: -1n }),
    nextProducerId: int64('0+'),
  },
);
export type ProducerIdsRecord = Decoded<typeof producerIdsRecord>;

export const registerControllerRecord = record(
  27,
  'RegisterControllerRecord',
  { versions: '0', flexible: '0+' },
  {
    controllerId: int32('0+'),
    incarnationId: uuid('0+'),
    zkMigrationReady: bool('0+'),
    endPoints: array('0+', {
      name: string('0+'),
      host: string('0+'),
      port: uint16('0+'),
      securityProtocol: int16('0+'),
    }),
    features: array('0+', {
      name: string('0+'),
      minSupportedVersion: int16('0+'),
      maxSupportedVersion: int16('0+'),
    }),
  },
);
export type RegisterControllerRecord = Decoded<typeof registerControllerRecord>;

export const zkMigrationStateRecord = record(
  21,
  'ZkMigrationStateRecord',
  { versions: '0', flexible: '0+' },
  {
    zkMigrationState: int8('0+'),
  },
);
export type ZkMigrationStateRecord = Decoded<typeof zkMigrationStateRecord>;

export const noOpRecord = record(20, 'NoOpRecord', { versions: '0', flexible: '0+' }, {});
export type NoOpRecord = Decoded<typeof noOpRecord>;
