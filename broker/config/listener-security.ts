/**
 * How each listener is protected: its security protocol, and for TLS and SASL what their keys say for it. Files are not opened
 * here; server/tls-files.ts reads them when the listener is bound.
 *
 * The narrowest setting of a key wins: `listener.name.NAME.KEY` before KEY, and for the users of SASL
 * `listener.name.NAME.MECHANISM.sasl.jaas.config` before `MECHANISM.sasl.jaas.config` (Kafka's KIP-103 and KIP-226). Throws
 * ConfigError at the setting that the user would change.
 */
import { JaasError, parseLoginModule } from '../security/jaas.ts';
import { parseMappingRules, type PrincipalMapping } from '../security/tls/principal-mapping.ts';
import { type BrokerKeyName, type BrokerValues, brokerKeys } from './broker-config.ts';
import { ConfigError } from './config-error.ts';
import { type Listener, formatListener } from './listeners.ts';
import type { Setting } from './read-broker-config.ts';
import { SASL_MECHANISMS } from './security-keys.ts';
import type { SettingsReader } from './settings-reader.ts';

export const SECURITY_PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const;
export type SecurityProtocol = (typeof SECURITY_PROTOCOLS)[number];

/** As registrations of brokers have it (Kafka's SecurityProtocol.id). */
export function securityProtocolId(protocol: SecurityProtocol): number {
  return SECURITY_PROTOCOLS.indexOf(protocol);
}

export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

/** A PEM text, or a file with its place in the configuration, for who has to say that it cannot be read. */
export type KeyMaterial =
  | { readonly pem: string; readonly setting: string }
  | { readonly path: string; readonly type: 'PEM' | 'PKCS12'; readonly setting: string };

export interface TlsSettings {
  /** Private key and certificates; one text or file may have both. */
  readonly identity: readonly KeyMaterial[];
  /** Of a PKCS12 file, or of the private key in a PEM. */
  readonly passphrase: string | null;
  /** Authorities of clients' certificates; none: those that the system trusts. */
  readonly authorities: KeyMaterial | null;
  readonly clientAuth: 'none' | 'requested' | 'required';
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly maxVersion: 'TLSv1.2' | 'TLSv1.3';
  /** IANA names; empty: the system's choice. */
  readonly cipherSuites: readonly string[];
  readonly principals: PrincipalMapping;
}

export interface SaslSettings {
  readonly mechanisms: readonly SaslMechanism[];
  /** Name to password, for PLAIN. */
  readonly plainUsers: ReadonlyMap<string, string>;
  readonly maxRequestBytes: number;
  /** 0: a client proves itself once. */
  readonly maxReauthMs: number;
  readonly failureDelayMs: number;
}

export interface ListenerSecurity {
  readonly protocol: SecurityProtocol;
  /** Null where the protocol has no TLS. */
  readonly tls: TlsSettings | null;
  /** Null where the protocol has no SASL. */
  readonly sasl: SaslSettings | null;
}

const PLAIN_USER = 'user_';
const JAAS = 'sasl.jaas.config';
const MADE_BY_KEYTOOL = 'JKS';

/** What the narrowest setting of a key is, where it stands, and how it is called there. */
interface Found<Value> {
  readonly value: Value;
  readonly key: string;
  readonly setting: Setting | undefined;
}

export class ListenerSettings {
  readonly #reader: SettingsReader;
  readonly #listener: Pick<Listener, 'name'> & Partial<Listener>;

  constructor(reader: SettingsReader, listener: Pick<Listener, 'name'> & Partial<Listener>) {
    this.#reader = reader;
    this.#listener = listener;
  }

  find<Name extends BrokerKeyName>(name: Name): Found<BrokerValues[Name]> {
    const narrow = `listener.name.${this.#listener.name.toLowerCase()}.${name}`;
    const own = this.#reader.listenerSettings.get(narrow);
    if (own === undefined)
      return { value: this.#reader.value(name), key: name, setting: this.#reader.settings.get(name) };
    const value = brokerKeys[name].parse(own.text);
    if (value === undefined) refuseAt(narrow, own, brokerKeys[name], `must be ${brokerKeys[name].allowed}`);
    return { value: value as BrokerValues[Name], key: narrow, setting: own };
  }

  value<Name extends BrokerKeyName>(name: Name): BrokerValues[Name] {
    return this.find(name).value;
  }

  /** The users of a mechanism; a plain `sasl.jaas.config` is for clients, as with Kafka. */
  jaasOf(mechanism: SaslMechanism): Found<string> | null {
    const ofMechanism = `${mechanism.toLowerCase()}.${JAAS}`;
    for (const key of [`listener.name.${this.#listener.name.toLowerCase()}.${ofMechanism}`, ofMechanism]) {
      const setting = this.#reader.listenerSettings.get(key);
      if (setting !== undefined) return { value: setting.text, key, setting };
    }
    return null;
  }

  refuse(name: BrokerKeyName, expected: string): never {
    const { key, setting } = this.find(name);
    return refuseAt(key, setting, brokerKeys[name], expected);
  }

  /** Nothing says it: told at the listener that needs it. */
  missing(what: string): never {
    const { name, host, port } = this.#listener;
    const where = host === undefined || port === undefined ? name : formatListener({ name, host, port });
    return this.#reader.refuse('listeners', `${where} needs ${what}`);
  }
}

export function refuseAt(
  key: string,
  setting: Setting | undefined,
  { type }: { readonly type: string },
  expected: string,
): never {
  const value = setting === undefined || type === 'password' ? null : setting.text;
  throw new ConfigError({ where: setting?.where ?? 'configuration', key, value, expected });
}

function storeOf(
  settings: ListenerSettings,
  store: 'keystore' | 'truststore',
  readable: readonly string[],
): KeyMaterial | null {
  const { value: path, key } = settings.find(`ssl.${store}.location`);
  if (path === null) return null;
  const type = settings.value(`ssl.${store}.type`);
  if (!readable.includes(type)) {
    const convert =
      'only PEM files of authorities are read: make one with ' +
      '"keytool -list -rfc -keystore FILE > ca.pem" and set ssl.truststore.type=PEM';
    settings.refuse(`ssl.${store}.type`, convert);
  }
  return { path, type: type === 'PEM' ? 'PEM' : 'PKCS12', setting: key };
}

/** Empty: there is none. */
function identityOf(settings: ListenerSettings): readonly KeyMaterial[] {
  const key = settings.find('ssl.keystore.key');
  const chain = settings.find('ssl.keystore.certificate.chain');
  if (key.value !== null && chain.value !== null)
    return [
      { pem: key.value, setting: key.key },
      { pem: chain.value, setting: chain.key },
    ];
  if (key.value !== null)
    settings.refuse('ssl.keystore.key', 'needs ssl.keystore.certificate.chain beside it');
  if (chain.value !== null)
    settings.refuse('ssl.keystore.certificate.chain', 'needs ssl.keystore.key beside it');
  const store = storeOf(settings, 'keystore', ['PEM', 'PKCS12', MADE_BY_KEYTOOL]);
  return store === null ? [] : [store];
}

function authoritiesOf(settings: ListenerSettings): KeyMaterial | null {
  const { value: pem, key } = settings.find('ssl.truststore.certificates');
  if (pem !== null) return { pem, setting: key };
  return storeOf(settings, 'truststore', ['PEM']);
}

/** `isServer`: it must have a certificate. Who connects may have one. */
export function tlsOf(settings: ListenerSettings, isServer: boolean): TlsSettings {
  const identity = identityOf(settings);
  if (isServer && identity.length === 0)
    settings.missing('ssl.keystore.location (or ssl.keystore.key) for its certificate');
  const isPem = identity.every((material) => !('type' in material) || material.type === 'PEM');
  const versions = settings.value('ssl.enabled.protocols');
  if (versions.length === 0) settings.refuse('ssl.enabled.protocols', 'must have at least one version');
  const rules = parseMappingRules(settings.value('ssl.principal.mapping.rules'));
  if (typeof rules === 'string') settings.refuse('ssl.principal.mapping.rules', rules);
  return {
    identity,
    passphrase: settings.value(isPem ? 'ssl.key.password' : 'ssl.keystore.password'),
    authorities: authoritiesOf(settings),
    clientAuth: settings.value('ssl.client.auth'),
    minVersion: versions.includes('TLSv1.2') ? 'TLSv1.2' : 'TLSv1.3',
    maxVersion: versions.includes('TLSv1.3') ? 'TLSv1.3' : 'TLSv1.2',
    cipherSuites: settings.value('ssl.cipher.suites'),
    principals: rules,
  };
}

function mechanismsOf(settings: ListenerSettings): readonly SaslMechanism[] {
  const offered = SASL_MECHANISMS.join(', ');
  const wanted = settings.value('sasl.enabled.mechanisms').map((name) => name.toUpperCase());
  const unknown = wanted.find((name) => !SASL_MECHANISMS.some((mechanism) => mechanism === name));
  if (unknown !== undefined) {
    const fix = `must name some of ${offered}: this broker does not have ${unknown}`;
    settings.refuse('sasl.enabled.mechanisms', fix);
  }
  if (wanted.length === 0) settings.refuse('sasl.enabled.mechanisms', `must name some of ${offered}`);
  return SASL_MECHANISMS.filter((mechanism) => wanted.includes(mechanism));
}

function plainUsersOf(settings: ListenerSettings): ReadonlyMap<string, string> {
  const jaas = settings.jaasOf('PLAIN');
  if (jaas === null)
    return settings.missing(`plain.${JAAS} with user_NAME="PASSWORD" for the users of PLAIN`);
  try {
    const { options } = parseLoginModule(jaas.value);
    return new Map(
      [...options]
        .filter(([name]) => name.startsWith(PLAIN_USER))
        .map(([name, secret]) => [name.slice(PLAIN_USER.length), secret]),
    );
  } catch (error) {
    if (!(error instanceof JaasError)) throw error;
    return refuseAt(jaas.key, jaas.setting, brokerKeys[JAAS], error.message);
  }
}

function saslOf(settings: ListenerSettings): SaslSettings {
  const mechanisms = mechanismsOf(settings);
  return {
    mechanisms,
    plainUsers: mechanisms.includes('PLAIN') ? plainUsersOf(settings) : new Map(),
    maxRequestBytes: settings.value('sasl.server.max.receive.size'),
    maxReauthMs: settings.value('connections.max.reauth.ms'),
    failureDelayMs: settings.value('connection.failed.authentication.delay.ms'),
  };
}

export function listenerSecurity(
  reader: SettingsReader,
  listener: Listener,
  protocol: SecurityProtocol,
): ListenerSecurity {
  const settings = new ListenerSettings(reader, listener);
  return {
    protocol,
    tls: protocol.endsWith('SSL') ? tlsOf(settings, true) : null,
    sasl: protocol.startsWith('SASL') ? saslOf(settings) : null,
  };
}
