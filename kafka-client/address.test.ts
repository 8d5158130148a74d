import { describe, expect, test } from 'vitest';
import { addressText, parseAddress } from './address.ts';

describe('addresses', () => {
  test.each([
    ['localhost:9092', 'localhost', 9092],
    [' 10.0.0.1:19092 ', '10.0.0.1', 19_092],
    ['kafka', 'kafka', 9092],
    ['[::1]:9093', '::1', 9093],
  ])('%j', (text, host, port) => {
    expect(parseAddress(text)).toEqual({ host, port });
    expect(parseAddress(addressText({ host, port }))).toEqual({ host, port });
  });

  test.each([
    ['::1', '[::1]:9092'],
    ['fe80::1%eth0', '[fe80::1%eth0]:9092'],
    ['127.0.0.1', '127.0.0.1:9092'],
    ['kafka-a.example.org', 'kafka-a.example.org:9092'],
  ])('of %s are written %s', (host, text) => {
    expect(addressText({ host, port: 9092 })).toBe(text);
  });

  test.each(['', ':9092', 'host:', 'host:0', 'host:65536', 'a b:1', 'host:x', '::1'])(
    '%j is refused',
    (text) => {
      expect(() => parseAddress(text)).toThrow(TypeError);
    },
  );
});
