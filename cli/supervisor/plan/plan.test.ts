import { describe, expect, it } from 'vitest';
import { resolveStartOptions } from '../../options/start-options.ts';
import type { StartOptions } from '../../options/start-options.ts';
import { decideRestart } from './back-off.ts';
import { banner } from './banner.ts';
import { planProcesses, reachableHost } from './process-plan.ts';
import { serverProperties } from './server-properties.ts';

const options = (...argv: string[]): StartOptions =>
  resolveStartOptions({
    argv,
    environment: {},
    file: {},
    configFile: null,
    absolute: (path) => path,
    dataDefault: '/clone/data',
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
    expect(names()).toEqual(['broker-0', 'console', 'demo']);
    expect(names('--no-demo')).toEqual(['broker-0', 'console']);
    expect(names('--bootstrap', 'k:9092')).toEqual(['console']);
    expect(names('--brokers', '0')).toEqual(['console']);
  });

  it('asks for health where the process listens', () => {
    const [broker, site] = planProcesses(
      options('--metrics-port', '7', '--host', '0.0.0.0', '--port', '8'),
      context,
    );
    expect(broker?.healthUrl).toBe('http://127.0.0.1:7/health');
    expect(site?.healthUrl).toBe('http://127.0.0.1:8/api/v1/health');
    expect(reachableHost('::1')).toBe('[::1]');
  });
});

describe("the broker's properties", () => {
  it("are Kafka's keys with the options' values", () => {
    const text = serverProperties(
      options('--broker-port', '19092', '--metrics-port', '7', '--data', '/x/my data'),
      0,
    );
    expect(text).toContain('\nlisteners=PLAINTEXT://127.0.0.1:19092\n');
    expect(text).toContain('\naquila.metrics.listener=127.0.0.1:7\n');
    expect(text).toContain('\nlog.dirs=/x/my data/broker-0/log\n');
  });

  it('escape what a property file would swallow', () => {
    expect(serverProperties(options('--data', '/a\\b'), 0)).toContain('log.dirs=/a\\\\b/broker-0/log');
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

  it('says how to stop it', () => {
    expect(banner({ ...facts, options: options() })).toContain('Ctrl-C');
    expect(banner({ ...facts, options: options('--data', '/x/y'), background: true })).toContain(
      'bin/aquila stop --data /x/y',
    );
  });
});
