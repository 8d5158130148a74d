/**
 * DescribeClientQuotas: the quotas of users, client ids and addresses that match a filter (KIP-546).
 *
 * 1 added the compact encoding. Match types: 0 by name, 1 the default entity, 2 any that has a name.
 */
import {
  array,
  bool,
  float64,
  int16,
  int32,
  int8,
  request,
  response,
  string,
  type Decoded,
} from '../schema/notation.ts';

export const describeClientQuotasRequest = request(
  48,
  'DescribeClientQuotasRequest',
  { versions: '0-1', flexible: '1+' },
  {
    components: array('0+', {
      entityType: string('0+'),
      matchType: int8('0+'),
      match: string('0+', { nullable: true }),
    }),
    strict: bool('0+'),
  },
);
export type DescribeClientQuotasRequest = Decoded<typeof describeClientQuotasRequest>;

export const describeClientQuotasResponse = response(
  48,
  'DescribeClientQuotasResponse',
  { versions: '0-1', flexible: '1+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: true }),
    entries: array(
      '0+',
      {
        entity: array('0+', {
          entityType: string('0+'),
          entityName: string('0+', { nullable: true }),
        }),
        values: array('0+', {
          key: string('0+'),
          value: float64('0+'),
        }),
      },
      { nullable: true },
    ),
  },
);
export type DescribeClientQuotasResponse = Decoded<typeof describeClientQuotasResponse>;
