/** What the broker may tell members of consumer groups (KIP-848): limits that belong together are checked together. */
import { describe, expect, it } from 'vitest';
import { imageOf } from '../controller/controller-test-kit.ts';
import { emptyImage } from '../controller/image.ts';
import { groupCoordinatorConfig } from './owner-settings.ts';
import { parseProperties } from './properties-file.ts';
import { readBrokerConfig } from './read-broker-config.ts';

function configOf(file: string) {
  return readBrokerConfig({ properties: parseProperties('server.properties', file) }).config;
}

describe('keys of consumer groups', () => {
  it("have Kafka's defaults", () => {
    const { timesOf, ...consumer } = groupCoordinatorConfig(configOf(''), emptyImage('c')).consumer;
    expect(consumer).toEqual({
      ...{ assignors: ['uniform', 'range'], maxSize: 2_147_483_647, regexRefreshIntervalMs: 600_000 },
      migrationPolicy: 'bidirectional',
    });
    expect(timesOf('any')).toEqual({
      ...{ sessionTimeoutMs: 45_000, heartbeatIntervalMs: 5_000, assignmentIntervalMs: 1_000 },
    });
  });

  it('give way to those that the image has for a group', () => {
    const [resourceName, name] = ['own', 'consumer.heartbeat.interval.ms'];
    const image = imageOf([
      { type: 'ConfigRecord', resourceType: 32, resourceName, name, value: '7000' },
      { type: 'ConfigRecord', resourceType: 2, resourceName: 'topic', name, value: '8000' },
    ]);
    const { timesOf } = groupCoordinatorConfig(configOf(''), image).consumer;
    const told = ['own', 'topic', 'other'].map((group) => timesOf(group).heartbeatIntervalMs);
    expect(told).toEqual([7_000, 5_000, 5_000]);
  });

  it.each([
    [
      'group.consumer.session.timeout.ms=44999',
      'must lie between group.consumer.min.session.timeout.ms (45000)',
    ],
    ['group.consumer.session.timeout.ms=60001', 'and group.consumer.max.session.timeout.ms (60000)'],
    [
      'group.consumer.heartbeat.interval.ms=4999',
      'must lie between group.consumer.min.heartbeat.interval.ms',
    ],
    ['group.consumer.assignment.interval.ms=15001', 'and group.consumer.max.assignment.interval.ms (15000)'],
    [
      'group.consumer.heartbeat.interval.ms=45000\ngroup.consumer.max.heartbeat.interval.ms=50000',
      'must be less than group.consumer.session.timeout.ms',
    ],
    ['group.consumer.assignors=sticky', 'must name uniform, range or both'],
    ['group.consumer.migration.policy=sideways', 'group.consumer.migration.policy'],
  ])('%s is refused', (file, words) => {
    expect(() => configOf(file)).toThrow(words);
  });

  it.each([
    'group.consumer.session.timeout.ms=60000',
    'group.consumer.assignors=range',
    'group.consumer.migration.policy=upgrade',
  ])('%s is taken', (file) => {
    expect(() => configOf(file)).not.toThrow();
  });
});
