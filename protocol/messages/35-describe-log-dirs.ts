/**
 * DescribeLogDirs: log directories of one broker and the sizes of the replicas in them (KIP-113).
 *
 * 2 the compact encoding, 3 a top-level error, 4 capacity of the volume (KIP-827), 5 whether a directory is cordoned (KIP-1066).
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
  type Decoded,
} from '../schema/notation.ts';

export const describeLogDirsRequest = request(
  35,
  'DescribeLogDirsRequest',
  { versions: '0-5', flexible: '2+' },
  {
    topics: array(
      '0+',
      {
        topic: string('0+'),
        partitions: array('0+', 'int32'),
      },
      { nullable: true },
    ),
  },
);
export type DescribeLogDirsRequest = Decoded<typeof describeLogDirsRequest>;

export const describeLogDirsResponse = response(
  35,
  'DescribeLogDirsResponse',
  { versions: '0-5', flexible: '2+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('3+'),
    results: array('0+', {
      errorCode: int16('0+'),
      logDir: string('0+'),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          partitionSize: int64('0+'),
          offsetLag: int64('0+'),
          isFutureKey: bool('0+'),
        }),
      }),
      totalBytes: int64('4+', { default: -1n }),
      usableBytes: int64('4+', { default: -1n }),
      isCordoned: bool('5+'),
    }),
  },
);
export type DescribeLogDirsResponse = Decoded<typeof describeLogDirsResponse>;
