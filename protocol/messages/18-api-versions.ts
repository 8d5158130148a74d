/**
 * ApiVersions: which APIs and versions a broker serves.
 *
 * 3 added the compact encoding, the client's name (KIP-511) and cluster features (KIP-584); 4 lets a feature's lowest level be 0.
 * The answer has response header 0 in every version. A version we do not know is answered as version 0 with UNSUPPORTED_VERSION.
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

export const apiVersionsRequest = request(
  18,
  'ApiVersionsRequest',
  { versions: '0-4', flexible: '3+' },
  {
    clientSoftwareName: string('3+'),
    clientSoftwareVersion: string('3+'),
  },
);
export type ApiVersionsRequest = Decoded<typeof apiVersionsRequest>;

export const apiVersionsResponse = response(
  18,
  'ApiVersionsResponse',
  { versions: '0-4', flexible: '3+' },
  {
    errorCode: int16('0+'),
    apiKeys: array('0+', {
      apiKey: int16('0+'),
      minVersion: int16('0+'),
      maxVersion: int16('0+'),
    }),
    throttleTimeMs: int32('1+'),
    supportedFeatures: array(
      '3+',
      {
        name: string('3+'),
        minVersion: int16('3+'),
        maxVersion: int16('3+'),
      },
      { tag: 0 },
    ),
    finalizedFeaturesEpoch: int64('3+', { default: -1n, tag: 1 }),
    finalizedFeatures: array(
      '3+',
      {
        name: string('3+'),
        maxVersionLevel: int16('3+'),
        minVersionLevel: int16('3+'),
      },
      { tag: 2 },
    ),
    zkMigrationReady: bool('3+', { tag: 3 }),
  },
);
export type ApiVersionsResponse = Decoded<typeof apiVersionsResponse>;
