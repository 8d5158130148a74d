/**
 * AlterClientQuotas: sets and removes quotas of users, client ids and addresses (KIP-546).
 *
 * 1 added the compact encoding.
 */
import {
  array,
  bool,
  float64,
  int16,
  int32,
  request,
  response,
  string,
  type Decoded,
} from '../schema/notation.ts';

export const alterClientQuotasRequest = request(
  49,
  'AlterClientQuotasRequest',
  { versions: '0-1', flexible: '1+' },
  {
    entries: array('0+', {
      entity: array('0+', {
        entityType: string('0+'),
        entityName: string('0+', { nullable: true }),
      }),
      ops: array('0+', {
        key: string('0+'),
        value: float64('0+'),
        remove: bool('0+'),
      }),
    }),
    validateOnly: bool('0+'),
  },
);
export type AlterClientQuotasRequest = Decoded<typeof alterClientQuotasRequest>;

export const alterClientQuotasResponse = response(
  49,
  'AlterClientQuotasResponse',
  { versions: '0-1', flexible: '1+' },
  {
    throttleTimeMs: int32('0+'),
    entries: array('0+', {
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: true }),
      entity: array('0+', {
        entityType: string('0+'),
        entityName: string('0+', { nullable: true }),
      }),
    }),
  },
);
export type AlterClientQuotasResponse = Decoded<typeof alterClientQuotasResponse>;
