import { describe, expect, it } from 'vitest';
import { addressBytes, clientHostOf, decodePrincipal, encodePrincipal } from './envelope-fields.ts';

describe('what an envelope tells of its sender', () => {
  it.each(['User:ANONYMOUS', 'User:CN=a:b', 'User:'])('principal %s', (principal) => {
    expect(decodePrincipal(encodePrincipal(principal))).toBe(principal);
  });

  it('writes a principal as DefaultPrincipalData behind its version', () => {
    // Version 0, then compact strings "a" and "a", not by a token, no tagged fields.
    expect(encodePrincipal('a:a').toString('hex')).toBe('0000' + '026102610000');
  });

  it.each([
    ['/127.0.0.1', '7f000001', '/127.0.0.1'],
    ['/::1', '00000000000000000000000000000001', '/0:0:0:0:0:0:0:1'],
    ['/fe80::1%eth0', 'fe800000000000000000000000000001', '/fe80:0:0:0:0:0:0:1'],
    ['/2001:db8:0:1:2:3:4:5', '20010db8000000010002000300040005', '/2001:db8:0:1:2:3:4:5'],
    ['/::ffff:10.0.0.1', '00000000000000000000ffff0a000001', '/0:0:0:0:0:ffff:a00:1'],
    ['/::', '00000000000000000000000000000000', '/0:0:0:0:0:0:0:0'],
    ['node-1', '00000000', '/0.0.0.0'],
  ])('address %s', (host, hex, back) => {
    expect(addressBytes(host).toString('hex')).toBe(hex);
    expect(clientHostOf(addressBytes(host))).toBe(back);
  });

  it('takes no other length for an address', () => {
    expect(clientHostOf(Buffer.alloc(5))).toBe('/');
  });
});
