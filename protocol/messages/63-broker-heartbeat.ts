/**
 * BrokerHeartbeat: a broker shows the controller that it lives, asks to be unfenced or to shut down (KIP-631).
 *
 * 1 added failed log directories (KIP-858), 2 cordoned ones (KIP-1066).
 */
import { array, bool, int16, int32, int64, request, response, type Decoded } from '../schema/notation.ts';

export const brokerHeartbeatRequest = request(
  63,
  'BrokerHeartbeatRequest',
  { versions: '0-2', flexible: '0+' },
  {
    brokerId: int32('0+'),
    brokerEpoch: int64('0+', { default: -1n }),
    currentMetadataOffset: int64('0+'),
    wantFence: bool('0+'),
    wantShutDown: bool('0+'),
    offlineLogDirs: array('1+', 'uuid', { tag: 0 }),
    cordonedLogDirs: array('2+', 'uuid', { nullable: true, tag: 1 }),
  },
);
export type BrokerHeartbeatRequest = Decoded<typeof brokerHeartbeatRequest>;

export const brokerHeartbeatResponse = response(
  63,
  'BrokerHeartbeatResponse',
  { versions: '0-2', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    isCaughtUp: bool('0+'),
    isFenced: bool('0+', { default: true }),
    shouldShutDown: bool('0+'),
  },
);
export type BrokerHeartbeatResponse = Decoded<typeof brokerHeartbeatResponse>;
