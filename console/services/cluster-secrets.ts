/**
 * From what a person sent to how a cluster is got into. `***` stands for a stored secret, and only where it would go to
 * the same servers, as the same user, over the same TLS: otherwise whoever may change a cluster could have its password
 * sent to a server of their own.
 */
import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { tlsOptionsOf } from '../collector/cluster-connection.ts';
import type { ClusterSettings } from '../config/environment.ts';
import type { ClusterTestInput } from '../contracts/clusters.ts';
import { storedSecret } from '../contracts/limits.ts';
import type { ClusterAccess, SaslAccess, TlsAccess } from '../model/cluster-access.ts';
import { ConsoleError } from './console-error.ts';

type Sent = Pick<ClusterTestInput, 'bootstrap' | 'tls' | 'sasl'>;

function invalid(field: string, message: string): ConsoleError {
  return new ConsoleError('invalid', `${field}: ${message}`, { errors: { [field]: message } });
}

/** `known` is the cluster whose secrets `***` means, null when there is none. Throws ConsoleError (422). */
export function accessOf(sent: Sent, known: ClusterSettings | null): ClusterAccess {
  const tls = sent.tls === null ? null : tlsOf(sent.tls, known);
  const access: ClusterAccess = { tls, sasl: sent.sasl === null ? null : saslOf(sent, tls, known) };
  requireUsableTls(access);
  return access;
}

function tlsOf(tls: TlsAccess, known: ClusterSettings | null): TlsAccess {
  if (tls.key !== storedSecret) return tls;
  const stored = known?.access.tls;
  if (stored?.key == null || stored.certificate !== tls.certificate)
    throw invalid('tls.key', 'the key of this certificate is not stored: enter it');
  return { ...tls, key: stored.key };
}

function saslOf(sent: Sent, tls: TlsAccess | null, known: ClusterSettings | null): SaslAccess {
  const sasl = sent.sasl as SaslAccess;
  if (sasl.password !== storedSecret) return sasl;
  const stored = known?.access.sasl;
  const isSame =
    stored != null &&
    stored.password !== '' &&
    stored.username === sasl.username &&
    stored.mechanism === sasl.mechanism &&
    isDeepStrictEqual(known?.access.tls, tls) &&
    sent.bootstrap.every((address) => known?.bootstrap.includes(address) === true);
  if (!isSame)
    throw invalid('sasl.password', 'enter the password again, since the servers, the user or TLS are others');
  return { ...sasl, password: stored.password };
}

/** What the system cannot read as certificates and key is refused here, not at the next connection. */
function requireUsableTls(access: ClusterAccess): void {
  const options = tlsOptionsOf(access);
  if (options === null) return;
  const { ca, cert, key } = options;
  try {
    if (typeof ca === 'string') createSecureContext({ ca: new X509Certificate(ca).toString() });
  } catch (error) {
    throw withCause(invalid('tls.ca', 'is no certificate in PEM form that can be read'), error);
  }
  try {
    createSecureContext(cert === undefined || key === undefined ? {} : { cert, key });
  } catch (error) {
    throw withCause(
      invalid('tls.key', 'certificate and key cannot be read as PEM, or do not belong together'),
      error,
    );
  }
}

function withCause(error: ConsoleError, cause: unknown): ConsoleError {
  error.cause = cause;
  return error;
}

/** For the audit trail: how one gets in, without what opens the door. */
export function accessText({ tls, sasl }: ClusterAccess): string {
  const parts = [
    tls === null ? 'plain text' : tls.verify ? 'TLS' : 'TLS without checking certificates',
    sasl === null ? 'no SASL' : `${sasl.mechanism} as ${sasl.username}`,
  ];
  return parts.join(', ');
}
