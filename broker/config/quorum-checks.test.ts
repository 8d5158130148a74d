/** A node's place in its cluster, from the keys that say it together. */
import { describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { parseProperties } from './properties-file.ts';
import { readBrokerConfig } from './read-broker-config.ts';

function read(...lines: string[]) {
  return readBrokerConfig({ properties: parseProperties('server.properties', lines.join('\n')) }).config;
}

function refusal(...lines: string[]): string {
  try {
    read(...lines);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

const VOTERS = 'controller.quorum.voters=1@a:9193,2@b:9193,3@c:9193';
const CLIENTS = 'listeners=PLAINTEXT://a:9092';

describe('roles', () => {
  it.each([
    [['node.id=1', VOTERS], { broker: true, controller: true }],
    [['node.id=4', VOTERS], { broker: true, controller: false }],
    [['node.id=1', 'process.roles=broker,controller', VOTERS], { broker: true, controller: true }],
    [['node.id=1', 'process.roles=controller', VOTERS], { broker: false, controller: true }],
    [['node.id=4', 'process.roles=broker', VOTERS], { broker: true, controller: false }],
    [[''], { broker: true, controller: true }],
  ])('%j', (lines, roles) => {
    expect(read(...lines).roles).toEqual(roles);
  });

  it('come with the voters as every node sees them', () => {
    const config = read('broker.id=2', VOTERS);
    expect(config.clusterOfOne).toBe(false);
    expect(config.voters).toEqual([
      { id: 1, host: 'a', port: 9193 },
      { id: 2, host: 'b', port: 9193 },
      { id: 3, host: 'c', port: 9193 },
    ]);
    expect(read('node.id=7')).toMatchObject({ clusterOfOne: true, voters: [] });
  });

  it('leave three copies of internal topics where there are three voters', () => {
    const { values } = read('node.id=1', VOTERS);
    expect(values['offsets.topic.replication.factor']).toBe(3);
    expect(values['transaction.state.log.min.isr']).toBe(2);
  });
});

describe('listeners of a controller', () => {
  it('are found by name among the others', () => {
    const config = read('node.id=1', VOTERS, 'listeners=PLAINTEXT://a:9092,CONTROLLER://:9193');
    expect(config.controllerListeners).toEqual([{ name: 'CONTROLLER', host: '', port: 9193 }]);
    expect(config.listeners).toEqual([{ name: 'PLAINTEXT', host: 'a', port: 9092 }]);
    const named = read(
      'node.id=1',
      VOTERS,
      'controller.listener.names=QUORUM',
      'listeners=PLAINTEXT://a:9092,QUORUM://:9193',
    );
    expect(named.controllerListeners).toEqual([{ name: 'QUORUM', host: '', port: 9193 }]);
  });

  it('are where the voters say, when listeners has none', () => {
    expect(read('node.id=2', VOTERS, CLIENTS).controllerListeners).toEqual([
      { name: 'CONTROLLER', host: 'b', port: 9193 },
    ]);
    const controllerOnly = read('node.id=2', VOTERS, 'process.roles=controller');
    expect(controllerOnly.listeners).toEqual([]);
    expect(controllerOnly.controllerListeners).toEqual([{ name: 'CONTROLLER', host: 'b', port: 9193 }]);
  });

  it('are none on a node that is a broker only', () => {
    expect(read('node.id=4', VOTERS, CLIENTS).controllerListeners).toEqual([]);
  });
});

describe('contradictions', () => {
  it.each([
    [['node.id=4', 'process.roles=broker,controller', VOTERS], "must contain this node's id 4"],
    [['node.id=1', 'process.roles=broker', VOTERS], 'process.roles=broker: must contain controller'],
    [['node.id=1', 'process.roles=controller'], 'needs controller.quorum.voters'],
    [[VOTERS], 'needs node.id'],
    [['node.id=1', 'controller.quorum.voters=1@a:9193,1@b:9193'], 'names the same id twice'],
    [['node.id=1', 'controller.quorum.voters=1@a:9193,2@a:9193'], 'names the same address twice'],
    [['controller.quorum.voters=nonsense'], 'must be a list of id@host:port, and nonsense is not'],
    [['node.id=1', 'controller.quorum.voters=1@a:0'], 'a host and a port that the others can reach'],
    [['node.id=1', 'controller.quorum.voters=1@0.0.0.0:9193'], 'a host and a port that the others can reach'],
    [['node.id=1', VOTERS, 'listeners=PLAINTEXT://a:9193'], 'uses port 9193 for CONTROLLER and for clients'],
    [
      ['node.id=1', VOTERS, 'listeners=PLAINTEXT://a:9092,CONTROLLER://a:0'],
      'must give CONTROLLER the port that the others know of it: controller.quorum.voters says 9193',
    ],
    [
      ['node.id=4', VOTERS, 'listeners=PLAINTEXT://a:9092,CONTROLLER://a:9193'],
      'this node is no controller: leave it out',
    ],
    [['node.id=1', VOTERS, 'process.roles=controller', CLIENTS], 'this node is no broker: leave it out'],
    [['node.id=1', VOTERS, 'listeners=CONTROLLER://a:9193'], 'must contain a listener for clients'],
    [
      ['node.id=1', VOTERS, CLIENTS, 'inter.broker.listener.name=CONTROLLER'],
      'must be the name of one of listeners',
    ],
    [
      ['broker.heartbeat.interval.ms=9001'],
      'broker.heartbeat.interval.ms=9001: must be at most broker.session.timeout.ms, which is 9000',
    ],
    [['replica.fetch.wait.max.ms=600', 'replica.lag.time.max.ms=599'], 'must be at most replica.lag.time'],
    [['replica.selector.class=my.Selector'], 'must be one of org.apache.kafka.common.replica.Rack'],
    [['log.dirs=/a,/b', 'metadata.log.dir=/b'], 'must be the first of log.dirs (/a)'],
  ])('%j', (lines, message) => {
    expect(refusal(...lines)).toContain(message);
  });
});
