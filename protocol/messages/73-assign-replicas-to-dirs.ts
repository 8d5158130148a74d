/**
 * AssignReplicasToDirs: a broker tells the controller in which log directory each of its replicas lies (KIP-858).
 */
import { array, int16, int32, int64, request, response, uuid, type Decoded } from '../schema/notation.ts';

export const assignReplicasToDirsRequest = request(
  73,
  'AssignReplicasToDirsRequest',
  { versions: '0', flexible: '0+' },
  {
    brokerId: int32('0+'),
    brokerEpoch: int64('0+', { default: -1n }),
    directories: array('0+', {
      id: uuid('0+'),
      topics: array('0+', {
        topicId: uuid('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
        }),
      }),
    }),
  },
);
export type AssignReplicasToDirsRequest = Decoded<typeof assignReplicasToDirsRequest>;

export const assignReplicasToDirsResponse = response(
  73,
  'AssignReplicasToDirsResponse',
  { versions: '0', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    directories: array('0+', {
      id: uuid('0+'),
      topics: array('0+', {
        topicId: uuid('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
        }),
      }),
    }),
  },
);
export type AssignReplicasToDirsResponse = Decoded<typeof assignReplicasToDirsResponse>;
