/** Where a request came from, as ACLs write it, and Java: an IPv6 address in eight groups. */
import { addressBytes, clientHostOf } from '../../controller-channel/envelope-fields.ts';

export function aclHost(clientHost: string): string {
  const host = clientHost.includes(':') ? clientHostOf(addressBytes(clientHost)) : clientHost;
  return host.replace(/^\//, '');
}
