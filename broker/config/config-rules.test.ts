/** Keys that are refused though their value is allowed: not together with another one, or not for one broker alone. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { incrementalAlterConfigs, ConfigOperation } from '../controller/alter-configs.ts';
import { createTopics } from '../controller/create-topics.ts';
import {
  brokerRecord,
  imageOf,
  POLICY,
  topicRecords,
  topicRequest,
} from '../controller/controller-test-kit.ts';
import { configRules } from './config-rules.ts';
import { parseProperties } from './properties-file.ts';
import { readBrokerConfig } from './read-broker-config.ts';

function rulesOf(file = '') {
  const properties = parseProperties('server.properties', file);
  return configRules(readBrokerConfig({ properties, overrides: [], environment: {} }).config);
}

const CONFLICT = 'conflict topic config setting min.compaction.lag.ms (2000) > max.compaction.lag.ms (1000)';

describe('min.compaction.lag.ms above max.compaction.lag.ms', () => {
  it('is refused, and up to it is not', () => {
    const conflict = (min: string, max: string): string | null =>
      rulesOf().conflict(
        2,
        new Map([
          ['min.compaction.lag.ms', min],
          ['max.compaction.lag.ms', max],
        ]),
      );
    expect(conflict('2000', '1000')).toBe(CONFLICT);
    expect(conflict('1000', '1000')).toBeNull();
  });

  it('is refused when one of them is what the broker says', () => {
    const rules = rulesOf('log.cleaner.max.compaction.lag.ms=1000');
    expect(rules.conflict(2, new Map([['min.compaction.lag.ms', '2000']]))).toBe(CONFLICT);
    expect(rules.conflict(2, new Map())).toBeNull();
  });

  it('is refused for a new topic', () => {
    const configs = [
      { name: 'min.compaction.lag.ms', value: '2000' },
      { name: 'max.compaction.lag.ms', value: '1000' },
    ];
    const { records, response } = createTopics({
      topics: [{ ...topicRequest('new'), configs }],
      ...{ validateOnly: false, allowInternal: false, image: imageOf([brokerRecord(0)]), policy: POLICY },
      ...{ rules: rulesOf(), newTopicId: () => 'AAAAAAAAAAAAAAAAAAAAAQ', randomBelow: () => 0 },
    });
    expect(response).toMatchObject([{ errorCode: ErrorCode.INVALID_CONFIG, errorMessage: CONFLICT }]);
    expect(records).toEqual([]);
  });

  it('is refused for a topic that has the other one already', () => {
    const image = imageOf([
      brokerRecord(0),
      ...topicRecords('t', 'AAAAAAAAAAAAAAAAAAAAAQ', [[0]]),
      {
        ...{ type: 'ConfigRecord', resourceType: 2, resourceName: 't' },
        ...{ name: 'max.compaction.lag.ms', value: '1000' },
      },
    ]);
    const alter = (name: string, operation: number, value: string | null) =>
      incrementalAlterConfigs({
        resources: [{ resourceType: 2, resourceName: 't', changes: [{ name, operation, value }] }],
        ...{ validateOnly: false, image, rules: rulesOf() },
      });
    const { records, response } = alter('min.compaction.lag.ms', ConfigOperation.SET, '2000');
    expect(response).toMatchObject([{ errorCode: ErrorCode.INVALID_CONFIG, errorMessage: CONFLICT }]);
    expect(records).toEqual([]);
    expect(alter('min.compaction.lag.ms', ConfigOperation.SET, '1000').response[0]?.errorCode).toBe(0);
    expect(alter('max.compaction.lag.ms', ConfigOperation.DELETE, null).response[0]?.errorCode).toBe(0);
  });
});

describe('min.insync.replicas', () => {
  it('may differ between topics, but not between brokers', () => {
    const rules = rulesOf();
    const fault = (type: 2 | 4, resource: string, name = 'min.insync.replicas') =>
      rules.fault(type, resource, name, '2');
    expect([fault(2, 'a'), fault(4, ''), fault(4, '1', 'log.retention.ms')]).toEqual([null, null, null]);
    expect(fault(4, '1')).toContain('for all of them');
  });
});
