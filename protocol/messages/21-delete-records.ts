/**
 * DeleteRecords: moves the start of partitions forward, so that older records may go (KIP-107).
 *
 * 2 the compact encoding. Offset -1 means the high watermark.
 */
import { array, int16, int32, int64, request, response, string, type Decoded } from '../schema/notation.ts';

export const deleteRecordsRequest = request(
  21,
  'DeleteRecordsRequest',
  { versions: '0-2', flexible: '2+' },
  {
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        offset: int64('0+'),
      }),
    }),
    timeoutMs: int32('0+'),
  },
);
export type DeleteRecordsRequest = Decoded<typeof deleteRecordsRequest>;

export const deleteRecordsResponse = response(
  21,
  'DeleteRecordsResponse',
  { versions: '0-2', flexible: '2+' },
  {
    throttleTimeMs: int32('0+'),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        lowWatermark: int64('0+'),
        errorCode: int16('0+'),
      }),
    }),
  },
);
export type DeleteRecordsResponse = Decoded<typeof deleteRecordsResponse>;
