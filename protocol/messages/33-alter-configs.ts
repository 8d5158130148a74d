/**
 * AlterConfigs: replaces the whole dynamic configuration of resources; IncrementalAlterConfigs is the better way.
 *
 * 2 the compact encoding.
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

export const alterConfigsRequest = request(
  33,
  'AlterConfigsRequest',
  { versions: '0-2', flexible: '2+' },
  {
    resources: array('0+', {
      resourceType: int8('0+'),
      resourceName: string('0+'),
      configs: array('0+', {
        name: string('0+'),
        value: string('0+', { nullable: true }),
      }),
    }),
    validateOnly: bool('0+'),
  },
);
export type AlterConfigsRequest = Decoded<typeof alterConfigsRequest>;

export const alterConfigsResponse = response(
  33,
  'AlterConfigsResponse',
  { versions: '0-2', flexible: '2+' },
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
export type AlterConfigsResponse = Decoded<typeof alterConfigsResponse>;
