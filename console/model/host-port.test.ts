import { describe, expect, it } from 'vitest';
import { hostPort, inUrl } from './host-port.ts';

describe('an address', () => {
  it.each([
    ['::1', '[::1]:9092'],
    ['fe80::1%eth0', '[fe80::1%eth0]:9092'],
    ['[::1]', '[::1]:9092'],
    ['127.0.0.1', '127.0.0.1:9092'],
    ['kafka-a.example.org', 'kafka-a.example.org:9092'],
  ])('of %s is %s', (host, text) => {
    expect(hostPort({ host, port: 9092 })).toBe(text);
  });

  it('is taken apart again where it stands in a URL', () => {
    for (const host of ['::1', '127.0.0.1', 'kafka-a'])
      expect(new URL(`http://${hostPort({ host, port: 9092 })}`).hostname).toBe(inUrl(host));
  });
});
