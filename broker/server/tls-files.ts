/**
 * Certificates, keys and authorities of a listener as node:tls takes them, read from the files that the configuration names, and
 * tried out: what does not fit together is said before anybody connects.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type ConnectionOptions,
  createSecureContext,
  getCiphers,
  type SecureContextOptions,
  type TlsOptions,
} from 'node:tls';
import type { KeyMaterial, TlsSettings } from '../config/listener-security.ts';
import { StartFailure } from '../start-failure.ts';

/** A Java keystore of the old kind begins with these bytes. */
const JAVA_KEYSTORE = 0xfeed_feed;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----/;

/** The cause may quote what was read, and is left out where that is a secret. */
function cannotUse(listener: string, setting: string, reason: string): StartFailure {
  return new StartFailure(`Cannot speak TLS on ${listener}: ${setting}: ${reason}`);
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'this user may not read the file';
  return message.replace(/^error:[0-9A-F]+:/i, '');
}

function read(listener: string, material: KeyMaterial): Buffer {
  if ('pem' in material) return Buffer.from(material.pem, 'utf8');
  const { path, setting } = material;
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw cannotUse(listener, `${setting}=${path}`, reasonOf(error));
  }
  if (bytes.length >= 4 && bytes.readUInt32BE(0) === JAVA_KEYSTORE)
    throw cannotUse(
      listener,
      `${setting}=${path}`,
      'this is a Java keystore of the old kind; convert it with "keytool -importkeystore -srckeystore OLD ' +
        '-destkeystore NEW.p12 -deststoretype PKCS12"',
    );
  return bytes;
}

function authorities(listener: string, material: KeyMaterial): Buffer {
  const pem = read(listener, material);
  const place = 'path' in material ? `${material.setting}=${material.path}` : material.setting;
  if (!CERTIFICATE.test(pem.toString('latin1')))
    throw cannotUse(listener, place, 'there is no certificate in it (-----BEGIN CERTIFICATE-----)');
  return pem;
}

/** Node names the suites of TLS 1.2 as OpenSSL does; those of TLS 1.3 have one name. Null: not known. */
function opensslName(suite: string): string | null {
  const known = getCiphers();
  const lower = suite.toLowerCase();
  if (known.includes(lower)) return suite;
  const short = lower
    .replace(/^tls_/, '')
    .replace('_with_', '_')
    .replace(/_(128|256)_/, '$1_')
    .replace(/^rsa_/, '')
    .replace(/_/g, '-');
  return known.includes(short) ? short.toUpperCase() : null;
}

function ciphers(listener: string, suites: readonly string[]): Pick<SecureContextOptions, 'ciphers'> {
  if (suites.length === 0) return {};
  const names = suites.map((suite) => {
    const name = opensslName(suite);
    if (name === null)
      throw cannotUse(listener, `ssl.cipher.suites=${suite}`, 'this cipher suite is not known');
    return name;
  });
  return { ciphers: names.join(':') };
}

function contextOf(listener: string, settings: TlsSettings): SecureContextOptions {
  const { identity, passphrase, minVersion, maxVersion } = settings;
  const own = identity.map((material) => read(listener, material));
  const isPkcs12 = identity.some((material) => 'type' in material && material.type === 'PKCS12');
  const context: SecureContextOptions = {
    ...(own.length === 0
      ? {}
      : isPkcs12
        ? { pfx: own }
        : { key: own[0], cert: Buffer.concat(own.map(withNewline)) }),
    ...(passphrase !== null && own.length > 0 && { passphrase }),
    ...(settings.authorities !== null && { ca: authorities(listener, settings.authorities) }),
    ...{ minVersion, maxVersion },
    ...ciphers(listener, settings.cipherSuites),
  };
  const place = identity.map((material) =>
    'path' in material ? `${material.setting}=${material.path}` : material.setting,
  );
  try {
    createSecureContext(context);
    if (context.cert !== undefined) new X509Certificate(context.cert as Buffer);
  } catch (error) {
    throw cannotUse(listener, place.join(' and '), reasonOf(error));
  }
  return context;
}

/** For the sockets of `listener`. Throws StartFailure. */
export function tlsOptions(listener: string, settings: TlsSettings): TlsOptions {
  const { clientAuth } = settings;
  return {
    ...contextOf(listener, settings),
    requestCert: clientAuth !== 'none',
    rejectUnauthorized: clientAuth === 'required',
  };
}

/** The subject of the certificate that is shown, as node writes it; null without one, and of PKCS12 files. Throws StartFailure. */
export function ownSubject(listener: string, settings: TlsSettings): string | null {
  const { cert } = contextOf(listener, settings);
  return cert === undefined ? null : new X509Certificate(cert as Buffer).subject;
}

/** For connections to that listener of other nodes, whose certificates must be good. Throws StartFailure. */
export function tlsClientOptions(
  listener: string,
  settings: TlsSettings,
  checksHost: boolean,
): ConnectionOptions {
  return {
    ...contextOf(listener, settings),
    rejectUnauthorized: true,
    ...(!checksHost && { checkServerIdentity: () => undefined }),
  };
}

function withNewline(pem: Buffer): Buffer {
  return Buffer.concat([pem, Buffer.from('\n')]);
}
