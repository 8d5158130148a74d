/** Keys that Apache Kafka's tools set or look at and that change nothing here: what they may be is Kafka's (LogConfig, KIP-73). */
import { describe, expect, it } from 'vitest';
import { refuseTopicConfig } from './check-dynamic-config.ts';
import { describeBroker, describeTopic } from './describe-config.ts';
import { parseProperties } from './properties-file.ts';
import { readBrokerConfig } from './read-broker-config.ts';

function configOf(file: string) {
  const properties = parseProperties('server.properties', file);
  return readBrokerConfig({ properties, overrides: [], environment: {} }).config;
}

describe('topic keys of the tools', () => {
  it.each([
    ['compression.gzip.level', ['-1', '1', '9'], ['0', '10', '-2']],
    ['compression.lz4.level', ['1', '17'], ['0', '18']],
    ['compression.zstd.level', ['-131072', '22'], ['23']],
    ['leader.replication.throttled.replicas', ['', '*', '0:1', '0:1,12:34'], ['0', 'a:1', '0:1,*', '0:']],
    ['follower.replication.throttled.replicas', ['', '*', '3:0'], ['3:0:1']],
    ['local.retention.ms', ['-2', '-1', '5'], ['-3']],
    ['local.retention.bytes', ['-2', '5'], ['-3']],
    ['remote.log.copy.disable', ['true', 'false'], ['1']],
    ['remote.log.delete.on.disable', ['true', 'false'], ['']],
    ['remote.storage.enable', ['false'], ['true']],
  ])('%s', (name, taken, refused) => {
    for (const text of taken) expect(refuseTopicConfig(name, text)).toBeNull();
    for (const text of refused) expect(refuseTopicConfig(name, text)).toContain(`for configuration ${name}`);
  });

  it('have the defaults of Apache Kafka, and the broker key of the same meaning', () => {
    const rows = describeTopic(configOf('compression.zstd.level=7\nlog.local.retention.ms=9'), new Map());
    const valueOf = (name: string) => rows.find((row) => row.name === name)?.value;
    expect(valueOf('compression.gzip.level')).toBe('-1');
    expect(valueOf('compression.lz4.level')).toBe('9');
    expect(valueOf('compression.zstd.level')).toBe('7');
    expect(valueOf('leader.replication.throttled.replicas')).toBe('');
    expect(valueOf('local.retention.bytes')).toBe('-2');
    expect(valueOf('local.retention.ms')).toBe('9');
    expect(valueOf('remote.storage.enable')).toBe('false');
  });
});

describe("the node's id has two names", () => {
  it.each([
    ['broker.id=3', '3', 'static'],
    ['node.id=3', '3', 'static'],
    ['', '0', 'default'],
  ])('file "%s"', (file, id, source) => {
    const config = configOf(file);
    for (const name of ['node.id', 'broker.id']) {
      expect(describeBroker(config).find((row) => row.name === name)).toMatchObject({ value: id, source });
    }
    expect(config.values['node.id']).toBe(config.nodeId);
  });
});
