/**
 * IncrementalAlterConfigs: sets, deletes, appends to or subtracts from single configuration values (KIP-339).
 *
 * 1 the compact encoding. Operations: 0 set, 1 delete, 2 append, 3 subtract.
 */
import {
  array,
  bool,
  int16,
  int32,
  int8,
  request,
  response,
  string,
  type Decoded,
} from '../schema/notation.ts';

export const incrementalAlterConfigsRequest = request(
  44,
  'IncrementalAlterConfigsRequest',
  { versions: '0-1', flexible: '1+' },
  {
    resources: array('0+', {
      resourceType: int8('0+'),
      resourceName: string('0+'),
      configs: array('0+', {
        name: string('0+'),
        configOperation: int8('0+'),
        value: string('0+', { nullable: true }),
      }),
    }),
    validateOnly: bool('0+'),
  },
);
export type IncrementalAlterConfigsRequest = Decoded<typeof incrementalAlterConfigsRequest>;

export const incrementalAlterConfigsResponse = response(
  44,
  'IncrementalAlterConfigsResponse',
  { versions: '0-1', flexible: '1+' },
  {
    throttleTimeMs: int32('0+'),
    responses: array('0+', {
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: true }),
      resourceType: int8('0+'),
      resourceName: string('0+'),
    }),
  },
);
export type IncrementalAlterConfigsResponse = Decoded<typeof incrementalAlterConfigsResponse>;
