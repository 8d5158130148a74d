import { describe, expect, it } from 'vitest';
import { brokerKeys } from './broker-config.ts';
import { ConfigError } from './config-error.ts';
import { describeBroker, describeTopic } from './describe-config.ts';
import { refuseBrokerConfig, refuseTopicConfig } from './check-dynamic-config.ts';
import { parseProperties } from './properties-file.ts';
import { type ReadResult, readBrokerConfig } from './read-broker-config.ts';
import { topicLogConfig } from './topic-config.ts';

function read(
  content: string,
  overrides: string[] = [],
  environment: Record<string, string> = {},
): ReadResult {
  return readBrokerConfig({
    properties: parseProperties('server.properties', content),
    overrides,
    environment,
  });
}

function refusal(content: string, overrides: string[] = []): string {
  try {
    read(content, overrides);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('every row', () => {
  it.each(Object.entries(brokerKeys))('%s accepts its own default and says what it is for', (_name, key) => {
    if (key.defaultText !== null) expect(key.parse(key.defaultText)).toBeDefined();
    expect(key.doc).toMatch(/\.$/);
    expect(key.allowed).not.toBe('');
  });
});

describe('reading a file', () => {
  it('gives Kafka defaults where nothing is set, as a cluster of one on loopback', () => {
    const { config, warnings } = read('');
    expect(warnings).toEqual([]);
    expect(config.nodeId).toBe(0);
    expect(config.clusterOfOne).toBe(true);
    expect(config.listeners).toEqual([{ name: 'PLAINTEXT', host: '127.0.0.1', port: 9092 }]);
    expect(config.logDirs).toEqual(['/tmp/kafka-logs']);
    expect(config.values['num.partitions']).toBe(1);
    expect(config.values['socket.request.max.bytes']).toBe(104_857_600);
    expect(config.values['offsets.topic.replication.factor']).toBe(1);
    expect(config.values['log.flush.interval.messages']).toBe(Number.MAX_SAFE_INTEGER);
    expect(config.metricsListener).toBeNull();
  });

  it('understands a file from the ZooKeeper days, with one warning that names the key', () => {
    const { config, warnings } = read(
      [
        '# 编号，每台不同',
        'broker.id=3',
        'delete.topic.enable=true ',
        'num.network.threads=3',
        'num.io.threads=8',
        'socket.send.buffer.bytes=102400 ',
        'socket.receive.buffer.bytes=102400 ',
        'socket.request.max.bytes=104857600 ',
        'log.dir=D:\\data\\kafka-1',
        'log.dirs=/data/kafka',
        'num.partitions=2',
        'num.recovery.threads.per.data.dir=1 ',
        'log.segment.bytes=1073741824',
        'log.retention.hours=24',
        'default.replication.factor=2',
        'min.insync.replicas=2',
        'zookeeper.connect=zk1:2181,zk2:2181',
        'listeners=PLAINTEXT://localhost:9094',
      ].join('\n'),
    );
    expect(config.nodeId).toBe(3);
    expect(config.logDirs).toEqual(['/data/kafka']);
    expect(config.values).toMatchObject({
      'num.partitions': 2,
      'default.replication.factor': 2,
      'min.insync.replicas': 2,
      'delete.topic.enable': true,
      'socket.send.buffer.bytes': 102_400,
      'log.retention.hours': 24,
    });
    expect(warnings).toEqual([
      'server.properties:17: zookeeper.connect is accepted and not used: this broker needs no ZooKeeper.',
    ]);
  });

  it('understands a KRaft file whose only voter is the node itself', () => {
    const { config } = read(
      [
        'process.roles=broker,controller',
        'node.id=1',
        'controller.quorum.voters=1@localhost:9093',
        'listeners=PLAINTEXT://:9092,CONTROLLER://:9093',
        'advertised.listeners=PLAINTEXT://kafka.example:9092',
        'controller.listener.names=CONTROLLER',
        'inter.broker.listener.name=PLAINTEXT',
        'listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
      ].join('\n'),
    );
    expect(config.clusterOfOne).toBe(false);
    expect(config.listeners).toEqual([{ name: 'PLAINTEXT', host: '', port: 9092 }]);
    expect(config.controllerListeners).toEqual([{ name: 'CONTROLLER', host: '', port: 9093 }]);
    expect(config.advertisedListeners).toEqual([{ name: 'PLAINTEXT', host: 'kafka.example', port: 9092 }]);
  });

  it('takes overrides over the file and JMX_PORT for the metrics listener', () => {
    const { config } = read('num.partitions=2\nport=9999', ['num.partitions=5'], { JMX_PORT: '9997' });
    expect(config.values['num.partitions']).toBe(5);
    expect(config.listeners).toEqual([{ name: 'PLAINTEXT', host: '', port: 9999 }]);
    expect(config.metricsListener).toEqual({ host: '127.0.0.1', port: 9997 });
  });

  it('warns of an unknown key and names the nearest one', () => {
    expect(read('\nnum.partition=2').warnings).toEqual([
      'server.properties:2: num.partition is not a key that this broker knows, it has no effect. Did you mean num.partitions?',
    ]);
    expect(read('completely.different=2').warnings[0]).not.toContain('Did you mean');
  });
});

describe('a mistake stops with file, line, key and what is allowed', () => {
  it.each([
    [
      '# c\nnum.partitions=many',
      'server.properties:2: num.partitions=many: must be a whole number of at least 1',
    ],
    ['num.partitions=0', 'must be a whole number of at least 1'],
    ['broker.id=99999999999', 'must be a whole number'],
    ['delete.topic.enable=yes', 'must be true or false'],
    ['log.cleanup.policy=delete,shred', 'must be a list of delete, compact'],
    ['compression.type=brotli', 'must be one of uncompressed, zstd'],
    ['log.cleaner.min.cleanable.ratio=1.5', 'must be a number from 0 to 1'],
    ['listeners=localhost:9092', 'must be a list of NAME://host:port, and localhost:9092 is not'],
    ['listeners=PLAINTEXT://a:99999', 'must be a list of NAME://host:port'],
    ['listeners=SSL://a:9092', 'needs ssl.keystore.location'],
    ['listeners=INNER://a:9092', 'which listener.security.protocol.map does not know'],
    ['listeners=PLAINTEXT://a:9092,PLAINTEXT://b:9093', 'names the same listener twice'],
    ['advertised.listeners=PLAINTEXT://0.0.0.0:9092', 'must name a host that clients can reach'],
    ['advertised.listeners=OUTER://a:9092', 'which is not among listeners'],
    ['node.id=1\nbroker.id=2', 'server.properties:2: broker.id=2: must be the same as node.id (1)'],
    ['process.roles=broker', 'needs node.id'],
    ['inter.broker.listener.name=OTHER', 'must be the name of one of listeners'],
    ['aquila.metrics.listener=9997', 'must be host:port'],
  ])('%s', (content, message) => {
    expect(refusal(content)).toContain(message);
  });

  it('says so of an override too', () => {
    expect(refusal('', ['num.partitions=x'])).toBe(
      '--override: num.partitions=x: must be a whole number of at least 1',
    );
    expect(refusal('', ['num.partitions'])).toBe('--override: num.partitions: must be written as key=value');
  });
});

describe('what a topic inherits', () => {
  it.each([
    ['', 604_800_000],
    ['log.retention.hours=1', 3_600_000],
    ['log.retention.hours=1\nlog.retention.minutes=2', 120_000],
    ['log.retention.hours=1\nlog.retention.minutes=2\nlog.retention.ms=3', 3],
    ['log.retention.hours=-1', -1],
  ])('retention of %j is %d ms', (content, expected) => {
    expect(topicLogConfig(read(content).config).retentionMs).toBe(expected);
  });

  it('prefers its own entries and reads changed broker values', () => {
    const { config } = read('log.segment.bytes=2048\nmin.insync.replicas=2');
    config.applyDynamic(new Map([['log.segment.bytes', '4096']]), new Map());
    const own = new Map([
      ['cleanup.policy', 'compact,delete'],
      ['min.insync.replicas', '1'],
    ]);
    expect(topicLogConfig(config, own)).toMatchObject({
      segmentBytes: 4_096,
      cleanupCompact: true,
      cleanupDelete: true,
      minInsyncReplicas: 1,
      leaderThrottledReplicas: [],
      followerThrottledReplicas: [],
    });
    config.applyDynamic(new Map([['log.segment.bytes', '4096']]), new Map([['log.segment.bytes', '8192']]));
    expect(topicLogConfig(config, own).segmentBytes).toBe(8_192);
    config.applyDynamic(new Map(), new Map());
    expect(topicLogConfig(config).segmentBytes).toBe(2_048);
  });

  it('is described with sources and synonyms', () => {
    const { config } = read('log.retention.hours=1');
    const rows = describeTopic(config, new Map([['retention.ms', '77']]));
    expect(rows.find((row) => row.name === 'retention.ms')).toMatchObject({
      value: '77',
      source: 'topic',
      typeCode: 5,
      readOnly: false,
      synonyms: [
        { name: 'retention.ms', value: '77', source: 'topic' },
        { name: 'log.retention.hours', value: '1', source: 'static' },
        { name: 'log.retention.hours', value: '168', source: 'default' },
      ],
    });
    expect(rows.find((row) => row.name === 'segment.bytes')).toMatchObject({
      value: '1073741824',
      source: 'default',
    });
    const brokerRow = describeBroker(config).find((row) => row.name === 'log.retention.hours');
    expect(brokerRow).toMatchObject({ value: '1', source: 'static', readOnly: true, typeCode: 3 });
  });
});

describe('changing keys while the broker runs', () => {
  it('takes known topic keys with allowed values', () => {
    expect(refuseTopicConfig('retention.ms', '1000')).toBeNull();
    expect(refuseTopicConfig('retention.ms', ' 1000 '), 'blanks as Kafka takes them').toBeNull();
    expect(refuseTopicConfig('min.cleanable.dirty.ratio', ' '), 'but not only blanks').not.toBeNull();
    expect(refuseTopicConfig('retention.ms', 'long')).toContain('must be a whole number of at least -1');
    expect(refuseTopicConfig('retention', '1')).toContain('Unknown topic config name: retention');
    expect(refuseTopicConfig('retention.ms', null)).toContain('Null value');
  });

  it('refuses broker keys that need a restart', () => {
    expect(refuseBrokerConfig('log.retention.ms', '1000')).toBeNull();
    expect(refuseBrokerConfig('num.partitions', '2')).toContain('restart');
    expect(refuseBrokerConfig('nonsense', '2')).toContain('Unknown broker config name');
  });
});
