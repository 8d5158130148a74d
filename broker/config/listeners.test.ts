import { describe, expect, it } from 'vitest';
import { advertisedEndpoint, formatListener, parseHostPort, parseListener } from './listeners.ts';

describe('a listener', () => {
  it.each([
    ['PLAINTEXT://[::1]:9092', '::1'],
    ['PLAINTEXT://[fe80::1%eth0]:9092', 'fe80::1%eth0'],
    ['PLAINTEXT://127.0.0.1:9092', '127.0.0.1'],
    ['PLAINTEXT://kafka-a.example.org:9092', 'kafka-a.example.org'],
    ['PLAINTEXT://:9092', ''],
  ])('%s has the host "%s", and is written the same again', (text, host) => {
    const listener = parseListener(text);
    expect(listener).toEqual({ name: 'PLAINTEXT', host, port: 9092 });
    expect(listener && formatListener(listener)).toBe(text);
  });

  it.each(['PLAINTEXT://::1:9092', 'PLAINTEXT://[::1]', 'PLAINTEXT://[::1:9092', 'PLAINTEXT://[kafka]:9092'])(
    '%s is none',
    (text) => {
      expect(parseListener(text)).toBeUndefined();
    },
  );

  it('is told to clients without brackets, as Kafka does', () => {
    const bound = { name: 'PLAINTEXT', host: '::1', port: 0 };
    expect(advertisedEndpoint(bound, [], 'kafka-a', 9092)).toEqual({ ...bound, port: 9092 });
    const wildcard = { ...bound, host: '::' };
    expect(advertisedEndpoint(wildcard, [], 'kafka-a', 9092).host).toBe('kafka-a');
  });
});

it('an address of a controller may be an IPv6 one', () => {
  expect(parseHostPort('[::1]:9192')).toEqual({ host: '::1', port: 9192 });
  expect(parseHostPort('::1:9192')).toBeUndefined();
});
