/**
 * Where a request comes from: the address of the TCP connection, written into a header of ours by the process itself
 * (see instrumentation-node.ts), which overwrites whatever the client sent under that name. X-Forwarded-For and
 * X-Real-IP are what a client claims and are not looked at.
 */
export const peerAddressHeader = 'x-aquila-peer-address';

export function peerAddress(headers: { get(name: string): string | null }): string {
  return headers.get(peerAddressHeader) ?? 'unknown';
}
