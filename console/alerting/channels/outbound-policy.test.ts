import { describe, expect, it } from 'vitest';
import { isAllowedAddress, OutboundRefusedError, resolveAllowed } from './outbound-policy.ts';

const never = [
  '169.254.169.254',
  '169.254.1.1',
  '0.0.0.0',
  '100.100.100.200',
  '168.63.129.16',
  '224.0.0.1',
  '255.255.255.255',
  'fe80::1',
  'fe80::1%eth0',
  'fd00:ec2::254',
  '::',
  'ff02::1',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  '2002:a9fe:a9fe::',
  'localhost',
  '',
];
const insideOnly = [
  '127.0.0.1',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '::1',
  'fd12::1',
  '::ffff:127.0.0.1',
  '[::1]',
];
const outside = ['8.8.8.8', '172.32.0.1', '2001:4860:4860::8888', '::ffff:8.8.8.8'];

describe('an address', () => {
  it.each(never)('%s is never allowed', (address) => {
    expect(isAllowedAddress(address, 'private')).toBe(false);
    expect(isAllowedAddress(address, 'public')).toBe(false);
  });

  it.each(insideOnly)('%s is allowed unless only public ones are', (address) => {
    expect(isAllowedAddress(address, 'private')).toBe(true);
    expect(isAllowedAddress(address, 'public')).toBe(false);
  });

  it.each(outside)('%s is always allowed', (address) => {
    expect(isAllowedAddress(address, 'public')).toBe(true);
    expect(isAllowedAddress(address, 'private')).toBe(true);
  });
});

it('judges what a name leads to', async () => {
  expect(isAllowedAddress(await resolveAllowed('localhost', 'private'), 'private')).toBe(true);
  await expect(resolveAllowed('localhost', 'public')).rejects.toThrow(OutboundRefusedError);
  await expect(resolveAllowed('[::1]', 'public')).rejects.toThrow(OutboundRefusedError);
});
