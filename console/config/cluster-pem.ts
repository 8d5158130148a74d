/**
 * The PEM files that Kafka Eagle's file names for a cluster, as the console uses them. A store of Java (JKS, PKCS #12) is not read;
 * the sentence says how it becomes PEM.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { TlsAccess } from '../model/cluster-access.ts';
import type { FileTls } from './cluster-security.ts';

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const PRIVATE_KEY = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----[^-]+(?:-[^-]+)*-----END \1PRIVATE KEY-----/;

/** Text of a file; throws when it cannot be read. */
export type ReadText = (file: string) => string;

/** What a cluster's `ssl.*` keys come to, or why they cannot be used, naming the key. */
export function tlsOf(tls: FileTls, alias: string, readText: ReadText): TlsAccess | string {
  return tlsOfFiles(tls, (name) => `${alias}.kafka.eagle.${name}`, readText);
}

/** The same, with the keys as `key` names them. */
export function tlsOfFiles(
  tls: FileTls,
  key: (name: string) => string,
  readText: ReadText,
): TlsAccess | string {
  try {
    const certificates = tls.truststore === null ? null : certificatesOf(readText(tls.truststore));
    if (tls.truststore !== null && certificates === null)
      return `${key('ssl.truststore.location')}=${tls.truststore} has no certificate in PEM form. ${HOW}`;
    const own = tls.keystore === null ? null : readText(tls.keystore);
    const certificate = own === null ? null : certificatesOf(own);
    const pem = own === null ? null : (PRIVATE_KEY.exec(own)?.[0] ?? null);
    if (own !== null && (certificate === null || pem === null))
      return `${key('ssl.keystore.location')}=${String(tls.keystore)} has no certificate with its private key in PEM form. ${HOW}`;
    const opened = pem === null ? null : openedKey(pem, tls.keyPassword);
    if (pem !== null && opened === null) return `${key('ssl.key.password')} does not open the private key.`;
    return { ca: certificates, certificate, key: opened, serverName: null, verify: true };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    const named = [tls.truststore, tls.keystore].filter((file) => file !== null).join(' or ');
    return `${key('ssl.truststore.location')} or ssl.keystore.location: ${named} cannot be read (${code}).`;
  }
}

const HOW =
  'Make it of a Java keystore: keytool -importkeystore -srckeystore FILE -destkeystore store.p12 -deststoretype PKCS12, then openssl pkcs12 -in store.p12 -nodes.';

function certificatesOf(text: string): string | null {
  const found = text.match(CERTIFICATES) ?? [];
  for (const each of found) new X509Certificate(each);
  return found.length === 0 ? null : found.join('\n');
}

function openedKey(pem: string, passphrase: string | null): string | null {
  try {
    const key = createPrivateKey(passphrase === null ? pem : { key: pem, passphrase });
    return key.export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch {
    return null;
  }
}
