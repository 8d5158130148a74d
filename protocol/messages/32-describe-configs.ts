/**
 * DescribeConfigs: configuration of topics, brokers, groups and client metrics, with where each value comes from.
 *
 * 1 replaced `isDefault` by the source and added synonyms (KIP-226), 3 types and documentation (KIP-569), 4 the compact encoding.
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

export const describeConfigsRequest = request(
  32,
  'DescribeConfigsRequest',
  { versions: '0-4', flexible: '4+' },
  {
    resources: array('0+', {
      resourceType: int8('0+'),
      resourceName: string('0+'),
      configurationKeys: array('0+', 'string', { nullable: true }),
    }),
    includeSynonyms: bool('1+'),
    includeDocumentation: bool('3+'),
  },
);
export type DescribeConfigsRequest = Decoded<typeof describeConfigsRequest>;

export const describeConfigsResponse = response(
  32,
  'DescribeConfigsResponse',
  { versions: '0-4', flexible: '4+' },
  {
    throttleTimeMs: int32('0+'),
    results: array('0+', {
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: true }),
      resourceType: int8('0+'),
      resourceName: string('0+'),
      configs: array('0+', {
        name: string('0+'),
        value: string('0+', { nullable: true }),
        readOnly: bool('0+'),
        isDefault: bool('0'),
        configSource: int8('1+', { default: -1 }),
        isSensitive: bool('0+'),
        synonyms: array('1+', {
          name: string('1+'),
          value: string('1+', { nullable: true }),
          source: int8('1+'),
        }),
        configType: int8('3+'),
        documentation: string('3+', { nullable: true }),
      }),
    }),
  },
);
export type DescribeConfigsResponse = Decoded<typeof describeConfigsResponse>;
