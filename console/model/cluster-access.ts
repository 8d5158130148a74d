/** How one gets into a cluster: TLS, a user name and password. Holds secrets in the clear, so it is never logged or answered. */

export interface TlsAccess {
  /** PEM of the authorities to trust; null: those that the system trusts. */
  readonly ca: string | null;
  /** PEM of our own certificate and its private key, both or none. */
  readonly certificate: string | null;
  readonly key: string | null;
  /** The name that the brokers' certificates carry; null: the host that is connected to. */
  readonly serverName: string | null;
  /** False takes any certificate. */
  readonly verify: boolean;
}

export type SaslMechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

export interface SaslAccess {
  readonly mechanism: SaslMechanism;
  readonly username: string;
  readonly password: string;
}

export interface ClusterAccess {
  /** Null: plain text. */
  readonly tls: TlsAccess | null;
  readonly sasl: SaslAccess | null;
}

/** Plain text, no password. */
export const openAccess: ClusterAccess = { tls: null, sasl: null };
