/**
 * ListConfigResources: names of resources that have configuration (KIP-1142).
 *
 * 0 is ListClientMetricsResources and answers those alone; 1 added types of resources, none meaning all.
 */
import { array, int16, int32, int8, request, response, string, type Decoded } from '../schema/notation.ts';

export const listConfigResourcesRequest = request(
  74,
  'ListConfigResourcesRequest',
  { versions: '0-1', flexible: '0+' },
  {
    resourceTypes: array('1+', 'int8'),
  },
);
export type ListConfigResourcesRequest = Decoded<typeof listConfigResourcesRequest>;

export const listConfigResourcesResponse = response(
  74,
  'ListConfigResourcesResponse',
  { versions: '0-1', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    configResources: array('0+', {
      resourceName: string('0+'),
      resourceType: int8('1+', { default: 16 }),
    }),
  },
);
export type ListConfigResourcesResponse = Decoded<typeof listConfigResourcesResponse>;
