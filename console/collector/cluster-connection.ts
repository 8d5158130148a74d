/**
 * How a watched cluster is connected to: its settings in the words of the client. What a user typed is judged: each
 * address that it or its brokers name is resolved once, and a connection goes only to an address that the outbound policy
 * allows. Clusters of the configuration were named by whoever runs the console and are not judged.
 */
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { ClusterOptions } from '../../kafka-client/cluster.ts';
import { authenticateWith } from '../../kafka-client/sasl/authenticate.ts';
import type { ResolveHost } from '../../kafka-client/socket.ts';
import { resolveAllowed, type OutboundPolicy } from '../alerting/channels/outbound-policy.ts';
import type { ClusterSettings } from '../config/environment.ts';
import type { ClusterAccess } from '../model/cluster-access.ts';

export type ClusterConnection = Required<
  Pick<ClusterOptions, 'bootstrap' | 'tls' | 'resolve' | 'authenticate'>
>;

export function connectionOf({ bootstrap, access, outbound }: ClusterSettings): ClusterConnection {
  return {
    bootstrap,
    tls: tlsOptionsOf(access),
    resolve: outbound === null ? null : judged(outbound),
    authenticate: access.sasl === null ? null : authenticateWith(access.sasl),
  };
}

export function judged(outbound: OutboundPolicy): ResolveHost {
  return (host) => resolveAllowed(host, outbound);
}

/** Null for plain text. */
export function tlsOptionsOf({ tls }: ClusterAccess): TlsOptions | null {
  if (tls === null) return null;
  const { ca, certificate, key, serverName, verify } = tls;
  return {
    rejectUnauthorized: verify,
    ...(ca === null ? {} : { ca }),
    ...(certificate === null ? {} : { cert: certificate }),
    ...(key === null ? {} : { key }),
    ...(serverName === null ? {} : { servername: serverName }),
  };
}
