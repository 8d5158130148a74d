/**
 * Where the console may connect to on behalf of what a user typed (mail servers, webhooks). A name is resolved once and
 * every address it has is judged; the connection then goes to a judged address, so that a second answer of the name server
 * cannot lead elsewhere.
 *
 * Never: link-local addresses and cloud metadata services, multicast, unspecified. With policy `public` also not loopback
 * and private ranges (RFC 1918, RFC 4193, RFC 6598).
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

export type OutboundPolicy = 'private' | 'public';

export class OutboundRefusedError extends Error {
  override readonly name = 'OutboundRefusedError';
  readonly code = 'OUTBOUND_REFUSED';
}

type Range = readonly [network: string, prefix: number, family: 'ipv4' | 'ipv6'];

const never = blockListOf([
  ['0.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['100.100.100.200', 32, 'ipv4'],
  ['192.0.0.192', 32, 'ipv4'],
  ['168.63.129.16', 32, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['fd00:ec2::254', 128, 'ipv6'],
  ['fd20:ce::254', 128, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
]);

const notPublic = blockListOf([
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
]);

function blockListOf(ranges: readonly Range[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix, family] of ranges) list.addSubnet(network, prefix, family);
  return list;
}

/** Whether a connection to this address is allowed. Text that is no address is not. */
export function isAllowedAddress(address: string, policy: OutboundPolicy): boolean {
  const plain = unwrap(address);
  const version = isIP(plain);
  if (version === 0) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (never.check(plain, family)) return false;
  return policy === 'private' || !notPublic.check(plain, family);
}

/** Whether it stays on this machine. */
export function isLoopback(address: string): boolean {
  const plain = unwrap(address);
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}

/** IPv4 inside IPv6 (mapped, NAT64, 6to4) is judged as what it leads to. */
function unwrap(address: string): string {
  const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (isIP(plain) !== 6) return plain;
  const groups = groupsOf(plain);
  const v4 = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join('.');
  const [a = 0, b = 0, c = 0, , , f = 0, g = 0, h = 0] = groups;
  const leadingZero = groups.slice(0, 5).every((group) => group === 0);
  if (leadingZero && (f === 0xffff || (f === 0 && g !== 0))) return v4(g, h);
  if (a === 0x64 && b === 0xff9b) return v4(g, h);
  return a === 0x2002 ? v4(b, c) : plain;
}

function groupsOf(address: string): number[] {
  const withoutV4 = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_whole, ...parts: string[]) => {
    const [w = 0, x = 0, y = 0, z = 0] = parts.slice(0, 4).map(Number);
    return `${(w * 256 + x).toString(16)}:${(y * 256 + z).toString(16)}`;
  });
  const [head = '', tail] = withoutV4.split('::');
  const parse = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((part) => Number.parseInt(part, 16));
  const [left, right] = [parse(head), parse(tail ?? '')];
  return tail === undefined
    ? left
    : [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}

export interface AllowedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** All addresses of the host. Rejects when any of them is not allowed, so that chance does not decide. */
export async function resolveAllAllowed(host: string, policy: OutboundPolicy): Promise<AllowedAddress[]> {
  const name = host.replace(/^\[|\]$/g, '');
  const found = isIP(name) === 0 ? (await lookup(name, { all: true })).map(({ address }) => address) : [name];
  const refused = found.find((address) => !isAllowedAddress(address, policy));
  if (refused !== undefined || found.length === 0) {
    throw new OutboundRefusedError(
      `Connections to ${host} are not allowed (AQUILA_OUTBOUND=${policy}${refused === undefined ? '' : `, address ${refused}`}).`,
    );
  }
  return found.map((address) => ({ address, family: isIP(address) === 4 ? 4 : 6 }));
}

/** One of them, for who can try but one: IPv4 where there is one, which is what a server that listens on one of them has. */
export async function resolveAllowed(host: string, policy: OutboundPolicy): Promise<string> {
  const all = await resolveAllAllowed(host, policy);
  return (all.find(({ family }) => family === 4) ?? all[0])?.address ?? host;
}
