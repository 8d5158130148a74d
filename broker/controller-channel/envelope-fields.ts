/**
 * How an Envelope names who asked: a principal (DefaultPrincipalData behind its version) and an address in 4 or 16 bytes.
 */
import { defaultPrincipalData } from '../../protocol/messages/records-control.ts';
import { decodeMessage, encodeMessage } from '../../protocol/schema/codec.ts';

const PRINCIPAL_VERSION = 0;
const VERSION_BYTES = 2;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** From Kafka's way to write it, `User:name`. */
export function encodePrincipal(principal: string): Buffer {
  const colon = principal.indexOf(':');
  const [type, name] = [principal.slice(0, colon), principal.slice(colon + 1)];
  const version = Buffer.alloc(VERSION_BYTES);
  version.writeInt16BE(PRINCIPAL_VERSION);
  return Buffer.concat([version, encodeMessage(defaultPrincipalData, PRINCIPAL_VERSION, { type, name })]);
}

/** Throws ProtocolError, or RangeError when it is too short to have a version. */
export function decodePrincipal(bytes: Buffer): string {
  const version = bytes.readInt16BE(0);
  const { type, name } = decodeMessage(defaultPrincipalData, version, bytes.subarray(VERSION_BYTES));
  return `${type}:${name}`;
}

function ipv6Groups(text: string): number[] {
  return text === ''
    ? []
    : text.split(':').flatMap((group) => {
        if (!IPV4.test(group)) return [Number.parseInt(group, 16)];
        const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
        return [a * 256 + b, c * 256 + d];
      });
}

/** Of `/127.0.0.1` or `/::1`, as a request context has it. What is no address is written as 0.0.0.0. */
export function addressBytes(clientHost: string): Buffer {
  const text = clientHost.replace(/^\//, '').replace(/%.*$/, '');
  if (IPV4.test(text)) return Buffer.from(text.split('.').map(Number));
  if (!text.includes(':')) return Buffer.alloc(4);
  const [head = '', tail] = text.split('::');
  const front = ipv6Groups(head);
  const back = tail === undefined ? [] : ipv6Groups(tail);
  const zeros = new Array<number>(Math.max(0, 8 - front.length - back.length)).fill(0);
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...front, ...zeros, ...back].slice(0, 8).entries())
    bytes.writeUInt16BE(group & 0xffff, index * 2);
  return bytes;
}

/** Back to `/127.0.0.1`; groups of an IPv6 address are written out. */
export function clientHostOf(bytes: Buffer): string {
  if (bytes.length === 4) return `/${[...bytes].join('.')}`;
  if (bytes.length !== 16) return '/';
  return `/${Array.from({ length: 8 }, (_unused, index) => bytes.readUInt16BE(index * 2).toString(16)).join(':')}`;
}
