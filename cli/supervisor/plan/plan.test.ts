import { describe, expect, it } from 'vitest';
import { resolveStartOptions } from '../../options/start-options.ts';
import type { StartOptions } from '../../options/start-options.ts';
import { decideRestart } from './back-off.ts';
import { banner } from './banner.ts';
import { oneBroker, planCluster } from './bundled-cluster.ts';
import type { BundledCluster } from './bundled-cluster.ts';
import { consoleUrl, planProcesses } from './process-plan.ts';
import { serverProperties } from './server-properties.ts';

const options = (...argv: string[]): StartOptions =>
  resolveStartOptions({
    argv,
    environment: {},
    file: {},
    configFile: null,
    absolute: (path) => path,
    dataDefault: '/clone/data',
    brokersIn: () => null,
  });
const context = { root: '/clone', hotReload: false };

describe('back-off', () => {
  it('doubles from one second up to thirty', () => {
    const delays: number[] = [];
    for (let deaths = 0; delays.length < 8;) {
      const decision = decideRestart(deaths, 100);
      delays.push(decision.delayMs);
      deaths = decision.deathsInARow;
    }
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('starts over after a healthy minute', () => {
    expect(decideRestart(5, 59_999).delayMs).toBe(30_000);
    expect(decideRestart(5, 60_000)).toEqual({ delayMs: 1_000, deathsInARow: 1 });
  });
});

describe('process plan', () => {
  const names = (...argv: string[]): string[] =>
    planProcesses(options(...argv), context).map(({ name }) => name);

  it('starts what the options ask for', () => {
    expect(names('--brokers', '1')).toEqual(['broker-0', 'console', 'demo']);
    expect(names('--brokers', '3', '--no-demo')).toEqual(['broker-0', 'broker-1', 'broker-2', 'console']);
    expect(names('--bootstrap', 'k:9092')).toEqual(['console']);
    expect(names('--brokers', '0')).toEqual(['console']);
  });

  it('asks for health where the process listens', () => {
    const [broker, second, site] = planProcesses(
      options('--brokers', '2', '--metrics-port', '70', '--host', '0.0.0.0', '--port', '8'),
      context,
    );
    expect(broker?.healthUrl).toBe('http://127.0.0.1:70/health');
    expect(second?.healthUrl).toBe('http://127.0.0.1:71/health');
    expect(site?.healthUrl).toBe('http://127.0.0.1:8/api/v1/health');
  });
});

it.each([
  ['127.0.0.1', 'http://127.0.0.1:8'],
  ['0.0.0.0', 'http://127.0.0.1:8'],
  ['::1', 'http://[::1]:8'],
  ['::', 'http://[::1]:8'],
  ['console.example.org', 'http://console.example.org:8'],
])('is found at a URL that goes with --host %s', (host, url) => {
  expect(consoleUrl(options('--host', host, '--port', '8'))).toBe(url);
});

describe('the bundled cluster', () => {
  const plan = (brokers: number, recorded: BundledCluster | null = null) =>
    planCluster({ data: '/d', recorded, brokers });

  it.each([
    [1, 1],
    [2, 1],
    [3, 3],
    [4, 3],
    [5, 5],
    [9, 5],
  ])('of %d brokers has %d that vote', (brokers, voters) => {
    expect(plan(brokers)).toEqual({ brokers, voters: Array.from({ length: voters }, (_, id) => id) });
  });

  it('keeps its voters when it grows', () => {
    expect(plan(5, { brokers: 3, voters: [0, 1, 2] })).toEqual({ brokers: 5, voters: [0, 1, 2] });
    expect(plan(3, oneBroker)).toEqual({ brokers: 3, voters: [0] });
  });

  it('does not shrink', () => {
    expect(() => plan(1, { brokers: 3, voters: [0, 1, 2] })).toThrow(/^--brokers 1: \/d holds 3 brokers/);
  });
});

describe("the broker's properties", () => {
  const textOf = (nodeId: number, ...argv: string[]): string => {
    const asked = options(...argv);
    const { data, brokers } = asked;
    return serverProperties(asked, planCluster({ data, recorded: null, brokers }), nodeId);
  };

  it("are Kafka's keys with the options' values", () => {
    const ports = ['--broker-port', '19092', '--metrics-port', '7'];
    const text = textOf(0, '--brokers', '1', ...ports, '--data', '/x/my data');
    expect(text).toContain('\nlisteners=PLAINTEXT://127.0.0.1:19092\n');
    expect(text).toContain('\naquila.metrics.listener=127.0.0.1:7\n');
    expect(text).toContain('\nlog.dirs=/x/my data/broker-0/log\n');
    expect(text).toContain('\ndefault.replication.factor=1\nmin.insync.replicas=1\n');
    expect(text).not.toContain('controller.quorum.voters');
  });

  it('name the same voters to each of several, and ports of its own for each', () => {
    const text = textOf(2, '--brokers', '3', '--controller-port', '500');
    expect(text).toContain('\ncontroller.quorum.voters=0@127.0.0.1:500,1@127.0.0.1:501,2@127.0.0.1:502\n');
    expect(text).toContain('\nlisteners=PLAINTEXT://127.0.0.1:9094,CONTROLLER://127.0.0.1:502\n');
    expect(text).toContain('\nprocess.roles=broker,controller\nnode.id=2\n');
    expect(text).toContain('\ndefault.replication.factor=3\nmin.insync.replicas=2\n');
    expect(text).toContain('\ntransaction.state.log.min.isr=2\n');
  });

  it('give a broker that does not vote no controller listener', () => {
    const text = textOf(3, '--brokers', '4');
    expect(text).toContain('\nprocess.roles=broker\nnode.id=3\n');
    expect(text).toContain('\nlisteners=PLAINTEXT://127.0.0.1:9095\n');
    expect(text).toContain('controller.quorum.voters=0@127.0.0.1:9192,1@127.0.0.1:9193,2@127.0.0.1:9194\n');
  });

  it('escape what a property file would swallow', () => {
    expect(textOf(0, '--data', '/a\\b')).toContain('log.dirs=/a\\\\b/broker-0/log');
  });
});

describe('banner', () => {
  const facts = { version: '1.2.3', seconds: 4.21, background: false, adminPassword: null, topicToken: null };

  it('shows the secrets when they are new, and only then', () => {
    const first = banner({ ...facts, options: options(), adminPassword: 'sesame', topicToken: 'delete-me' });
    expect(first).toContain('http://127.0.0.1:8048');
    expect(first).toContain('sesame');
    expect(first).toContain('delete-me');
    expect(first).toContain('127.0.0.1:9092');
    const second = banner({ ...facts, options: options() });
    expect(second).not.toContain('Password');
    expect(second).not.toContain('Topic token');
  });

  it('does not promise a broker where there is none', () => {
    const text = banner({ ...facts, options: options('--bootstrap', 'kafka.example:9092') });
    expect(text).toContain('kafka.example:9092');
    expect(text).not.toContain('127.0.0.1:9092');
  });
  it('names the addresses of several brokers, as many as fit', () => {
    const text = banner({ ...facts, options: options('--brokers', '5') });
    expect(text).toContain('127.0.0.1:9092,127.0.0.1:9093,127.0.0.1:9094\n');
    expect(text).toContain('5 brokers');
  });

  it('says how to stop it', () => {
    expect(banner({ ...facts, options: options() })).toContain('Ctrl-C');
    expect(banner({ ...facts, options: options('--data', '/x/y'), background: true })).toContain(
      'bin/aquila stop --data /x/y',
    );
  });
});
