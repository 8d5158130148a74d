import { expect, it } from 'vitest';
import { type ConfigResourceType, emptyImage, wholeImageDelta } from '../controller/image.ts';
import { readBrokerConfig } from './read-broker-config.ts';
import { concernsLogs, TopicLogConfigs } from './topic-log-configs.ts';

function configs(overrides: Map<string, ReadonlyMap<string, string>>) {
  const { config } = readBrokerConfig({
    properties: null,
    overrides: ['log.dirs=/nowhere', 'log.retention.ms=5000'],
    environment: {},
  });
  return { config, configs: new TopicLogConfigs(config, (topic) => overrides.get(topic)) };
}

it('works a configuration out once, for all topics without overrides together', () => {
  const own = new Map([['own', new Map([['retention.ms', '7000']])]]);
  const { configs: known } = configs(own);
  expect(known.of('one').retentionMs).toBe(5_000);
  expect(known.of('other')).toBe(known.of('one'));
  expect(known.of('own').retentionMs).toBe(7_000);
  expect(known.of('own')).toBe(known.of('own'));
});

it('notices new overrides of a topic, and of the broker when it is told', () => {
  const own = new Map([['own', new Map([['retention.ms', '7000']])]]);
  const { config, configs: known } = configs(own);
  known.of('own');
  own.set('own', new Map([['retention.ms', '8000']]));
  expect(known.of('own').retentionMs).toBe(8_000);
  own.delete('own');
  expect(known.of('own').retentionMs).toBe(5_000);
  config.applyDynamic(new Map([['log.retention.ms', '6000']]), new Map());
  known.forget();
  expect(known.of('own').retentionMs).toBe(6_000);
});

it('is told of everything but settings of groups', () => {
  const delta = wholeImageDelta(emptyImage('c'));
  const changed = (...types: ConfigResourceType[]): boolean =>
    concernsLogs({ ...delta, changedConfigs: types.map((type) => ({ type, name: 'x' })) });
  expect([changed(), changed(32), changed(32, 2), changed(4)]).toEqual([false, false, true, true]);
  const topic = { name: 't', topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', partitions: new Map() };
  expect(concernsLogs({ ...delta, deletedTopics: [topic] })).toBe(true);
});
