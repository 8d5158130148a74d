/**
 * AlterReplicaLogDirs: moves replicas to other log directories of the same broker (KIP-113).
 *
 * 1 has new throttling rules only (KIP-219), 2 added the compact encoding.
 */
import { array, int16, int32, request, response, string, type Decoded } from '../schema/notation.ts';

export const alterReplicaLogDirsRequest = request(
  34,
  'AlterReplicaLogDirsRequest',
  { versions: '0-2', flexible: '2+' },
  {
    dirs: array('0+', {
      path: string('0+'),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', 'int32'),
      }),
    }),
  },
);
export type AlterReplicaLogDirsRequest = Decoded<typeof alterReplicaLogDirsRequest>;

export const alterReplicaLogDirsResponse = response(
  34,
  'AlterReplicaLogDirsResponse',
  { versions: '0-2', flexible: '2+' },
  {
    throttleTimeMs: int32('0+'),
    results: array('0+', {
      topicName: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: int16('0+'),
      }),
    }),
  },
);
export type AlterReplicaLogDirsResponse = Decoded<typeof alterReplicaLogDirsResponse>;
