import { describe, expect, it } from 'vitest';
import { CommandError } from '../command-error.ts';
import { hashMapOrder } from './java-order.ts';
import { parseConfigs, parseReplicaAssignment, topicPattern } from './topic-arguments.ts';
import { readTopicsRequest } from './topics-options.ts';

const server = ['--bootstrap-server', 'a:9092'];

describe('the command line of kafka-topics', () => {
  it('is read with one dash or two, with and without an equals sign', () => {
    const request = readTopicsRequest([...server, '-create', '--topic=t', '--replication-factor', '3']);
    expect(request).toMatchObject({
      kind: 'run',
      options: { action: 'create', topic: 't', replicationFactor: 3, partitions: null, bootstrap: 'a:9092' },
    });
  });

  it.each([
    [[], 'usage', 'Create, delete, describe, or change a topic.'],
    [['--help'], 'usage', 'This tool helps to create, delete, describe, or change a topic.'],
    [['--list'], 'refused', '--bootstrap-server must be specified'],
    [[...server, '--list', '--describe'], 'usage', 'Command must include exactly one action'],
    [[...server, '--create'], 'usage', 'Missing required argument "[topic]"'],
    [[...server, '--alter', '--topic', 't'], 'usage', 'Missing required argument "[partitions]"'],
    [
      [...server, '--list', '--partitions', '3'],
      'usage',
      `Option "[partitions]" can't be used with option "[list]"`,
    ],
    [
      [...server, '--create', '--topic', 't', '--replica-assignment', '0', '--partitions', '1'],
      'usage',
      `Option "[replica-assignment]" can't be used with option "[partitions]"`,
    ],
    [[...server, '--describe', '--if-exists'], 'usage', '--topic or --topic-id is required'],
    [
      [...server, '--describe', '--topics-with-overrides', '--under-replicated-partitions'],
      'usage',
      `Option "[under-replicated-partitions]" can't be used with option "[topics-with-overrides]"`,
    ],
  ])('%j is answered by %s', (argv, kind, words) => {
    const request = readTopicsRequest(argv);
    expect(request.kind).toBe(kind);
    expect('reason' in request ? request.reason : '').toContain(words);
  });

  it('goes on without a server when an older instruction names ZooKeeper, and says so', () => {
    expect(readTopicsRequest(['--zookeeper', 'z:2181', '--list'])).toMatchObject({
      kind: 'run',
      options: { bootstrap: null, zookeeper: true, warnings: [expect.stringContaining('--zookeeper')] },
    });
  });
});

describe('arguments', () => {
  it('replicas by hand', () => {
    expect(parseReplicaAssignment('0:1, 1:2')).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(() => parseReplicaAssignment('0:0')).toThrow('may not contain duplicate entries: 0');
    expect(() => parseReplicaAssignment('0:1,2')).toThrow(
      'Partition 1 has different replication factor: [2]',
    );
    expect(() => parseReplicaAssignment('x')).toThrow(CommandError);
  });

  it('configs', () => {
    expect(parseConfigs(['a = 1', 'b=2'])).toEqual({ a: '1', b: '2' });
    expect(() => parseConfigs(['a'])).toThrow('"key=val"');
    expect(() => parseConfigs(['a='])).toThrow('"key=val"');
  });

  it('patterns stand for whole names', () => {
    expect(topicPattern('a.*, b').test('abc')).toBe(true);
    expect(topicPattern('a.*,b').test('bc')).toBe(false);
    expect(() => topicPattern('(')).toThrow('invalid regex');
  });
});

it('orders as a Java hash map does', () => {
  const names = ['alpha', 'beta.x_y', 'gamma', 'plain'];
  // As Apache Kafka's tool printed these four topics.
  expect(hashMapOrder(names, (name) => name, names.length)).toEqual(['beta.x_y', 'gamma', 'plain', 'alpha']);
});
