/**
 * UpdateFeatures: raises or lowers finalized feature levels of the cluster (KIP-584).
 *
 * 1 added safe and unsafe downgrades instead of a flag, and trying without doing (KIP-778), 2 answers no result per
 * feature any more.
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

export const updateFeaturesRequest = request(
  57,
  'UpdateFeaturesRequest',
  { versions: '0-2', flexible: '0+' },
  {
    timeoutMs: int32('0+', { default: 60000 }),
    featureUpdates: array('0+', {
      feature: string('0+'),
      maxVersionLevel: int16('0+'),
      allowDowngrade: bool('0'),
      upgradeType: int8('1+', { default: 1 }),
    }),
    validateOnly: bool('1+'),
  },
);
export type UpdateFeaturesRequest = Decoded<typeof updateFeaturesRequest>;

export const updateFeaturesResponse = response(
  57,
  'UpdateFeaturesResponse',
  { versions: '0-2', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: true }),
    results: array('0-1', {
      feature: string('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: true }),
    }),
  },
);
export type UpdateFeaturesResponse = Decoded<typeof updateFeaturesResponse>;
