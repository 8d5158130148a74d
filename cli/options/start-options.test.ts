import { describe, expect, it } from 'vitest';
import { CommandError } from '../command-error.ts';
import { brokersDefault, environmentOf, resolveStartOptions } from './start-options.ts';
import type { OptionSources, StartOptions } from './start-options.ts';

const resolve = (argv: string[], over: Partial<OptionSources> = {}): StartOptions =>
  resolveStartOptions({
    argv,
    environment: {},
    file: {},
    configFile: null,
    absolute: (path) => (path.startsWith('/') ? path : `/cwd/${path}`),
    dataDefault: '/clone/data',
    brokersIn: () => null,
    ...over,
  });

function refusal(argv: string[], over: Partial<OptionSources> = {}): CommandError {
  try {
    resolve(argv, over);
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error(`accepted ${argv.join(' ')}`);
}

describe('options of start', () => {
  it('has the documented defaults', () => {
    expect(resolve([])).toEqual({
      config: null,
      port: 8048,
      host: '127.0.0.1',
      data: '/clone/data',
      brokers: brokersDefault,
      brokerPort: 9092,
      controllerPort: 9192,
      metricsPort: 9997,
      bootstrap: null,
      demo: true,
    });
  });

  it('prefers the command line to the environment, and that to the file', () => {
    const over = { environment: { AQUILA_PORT: '2' }, file: { port: '3' } };
    expect(resolve(['--port', '1'], over).port).toBe(1);
    expect(resolve([], over).port).toBe(2);
    expect(resolve([], { file: { port: '3' } }).port).toBe(3);
  });

  it('takes --port=N like --port N, and the last one of two', () => {
    expect(resolve(['--port=9000', '--port', '9001']).port).toBe(9001);
  });

  it('puts the controller 100 above the broker', () => {
    expect(resolve(['--broker-port', '19092']).controllerPort).toBe(19192);
  });

  it('bundles no broker beside a cluster of the user, unless asked', () => {
    expect(resolve(['--bootstrap', 'a:9092, b:9093'])).toMatchObject({
      brokers: 0,
      bootstrap: 'a:9092,b:9093',
    });
    expect(resolve(['--bootstrap', 'a:9092', '--brokers', '1']).brokers).toBe(1);
  });

  it('takes as many brokers as the data directory has, unless told otherwise', () => {
    const over = { brokersIn: (data: string) => (data === '/d' ? 5 : null) };
    expect(resolve(['--data', '/d'], over).brokers).toBe(5);
    expect(resolve(['--data', '/d', '--brokers', '7'], over).brokers).toBe(7);
    expect(resolve(['--data', '/d', '--bootstrap', 'a:9092'], over).brokers).toBe(0);
    expect(resolve(['--data', '/other'], over).brokers).toBe(brokersDefault);
  });

  it('turns the demo off by option and by variable', () => {
    expect(resolve(['--no-demo']).demo).toBe(false);
    expect(resolve([], { environment: { AQUILA_DEMO: 'false' } }).demo).toBe(false);
    expect(resolve([], { environment: { AQUILA_DEMO: 'true' } }).demo).toBe(true);
  });

  it('makes paths absolute', () => {
    expect(resolve(['--data', 'here']).data).toBe('/cwd/here');
  });

  it.each([
    [['--prot', '1'], 2, '--prot'],
    [['--port'], 2, '--port'],
    [['--port', '--host'], 2, '--port'],
    [['--no-demo=1'], 2, '--no-demo'],
    [['now'], 2, 'now'],
    [['--brokers', '100'], 1, '--brokers'],
    [['--brokers', '-1'], 1, '--brokers'],
    [['--brokers', '3', '--port', '9094'], 1, '--broker-port (9092 to 9094)'],
    [['--brokers', '3', '--controller-port', '9093'], 1, '--controller-port (9093 to 9095)'],
    [['--brokers', '5', '--metrics-port', '65533'], 1, '--metrics-port 65533: 5 brokers'],
    [['--port', '0'], 1, '--port'],
    [['--port', '65536'], 1, '--port'],
    [['--port', 'abc'], 1, '--port'],
    [['--bootstrap', 'localhost'], 1, '--bootstrap'],
    [['--bootstrap', 'http://x:1'], 1, '--bootstrap'],
    [['--port', '9092'], 1, '--broker-port'],
  ] as const)('refuses %j with status %d, naming %s', (argv, status, words) => {
    const error = refusal([...argv]);
    expect(error.exitStatus).toBe(status);
    expect(error.message).toContain(words);
  });

  it('names the variable or the key of the file when the fault is there', () => {
    expect(refusal([], { environment: { AQUILA_METRICS_PORT: 'x' } }).message).toContain(
      'AQUILA_METRICS_PORT',
    );
    expect(refusal([], { file: { port: 'x' } }).message).toContain('kafka.eagle.webui.port');
    expect(refusal([], { environment: { AQUILA_DEMO: 'perhaps' } }).message).toContain('AQUILA_DEMO');
  });

  it('comes back the same through the environment', () => {
    const options = resolve(['--bootstrap', 'a:1', '--port', '7', '--no-demo', '--data', '/d']);
    expect(resolve([], { environment: environmentOf(options) })).toEqual(options);
  });
});
