/**
 * BrokerRegistration: a broker that starts makes itself known to the controller and gets its epoch (KIP-631).
 *
 * 1 added the migration from ZooKeeper (KIP-866), 2 log directories (KIP-858), 3 the epoch of a life that ended cleanly
 * (KIP-966), 4 lets a feature's lowest level be 0.
 */
import {
  array,
  bool,
  int16,
  int32,
  int64,
  request,
  response,
  string,
  uint16,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const brokerRegistrationRequest = request(
  62,
  'BrokerRegistrationRequest',
  { versions: '0-4', flexible: '0+' },
  {
    brokerId: int32('0+'),
    clusterId: string('0+'),
    incarnationId: uuid('0+'),
    listeners: array('0+', {
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
    isMigratingZkBroker: bool('1+'),
    logDirs: array('2+', 'uuid'),
    previousBrokerEpoch: int64('3+', { default: -1n }),
  },
);
export type BrokerRegistrationRequest = Decoded<typeof brokerRegistrationRequest>;

export const brokerRegistrationResponse = response(
  62,
  'BrokerRegistrationResponse',
  { versions: '0-4', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    brokerEpoch: int64('0+', { default: -1n }),
  },
);
export type BrokerRegistrationResponse = Decoded<typeof brokerRegistrationResponse>;
