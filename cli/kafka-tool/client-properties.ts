/**
 * How the tools get into a cluster, by the properties of Kafka's clients: `security.protocol`, `sasl.mechanism`, `sasl.jaas.config`,
 * `ssl.truststore.*`, `ssl.keystore.*` (KIP-651: PEM, in files or in the properties themselves), `client.id`, `request.timeout.ms`.
 * Pure but for the files it has read.
 *
 * What is asked for and cannot be done ends the command: to go on without it would send a password another way than was meant.
 */
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { tlsOfFiles } from '../../console/config/cluster-pem.ts';
import { loginOf, NO_LOGIN } from '../../console/config/cluster-security.ts';
import type { ClusterOptions } from '../../kafka-client/cluster.ts';
import {
  authenticateWith,
  SASL_MECHANISMS,
  type SaslCredentials,
} from '../../kafka-client/sasl/authenticate.ts';
import { CommandError } from '../command-error.ts';

export type ClientProperties = ReadonlyMap<string, string>;

/** Text of a file. @throws CommandError when it cannot be read */
export type ReadText = (file: string) => string;

const PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const;
const DEFAULT_REQUEST_TIMEOUT_MS = 30_000;

/** All of a cluster's options but its addresses. @throws CommandError naming the property */
export function clusterAccess(
  properties: ClientProperties,
  defaultClientId: string,
  readText: ReadText,
): Omit<ClusterOptions, 'bootstrap'> {
  const text = (properties.get('security.protocol') ?? 'PLAINTEXT').toUpperCase();
  const protocol = PROTOCOLS.find((each) => each === text);
  if (protocol === undefined)
    throw new CommandError(`security.protocol=${text} is none of ${PROTOCOLS.join(', ')}.`);
  return {
    clientId: properties.get('client.id') || defaultClientId,
    requestTimeoutMs: positiveInteger(properties, 'request.timeout.ms', DEFAULT_REQUEST_TIMEOUT_MS),
    tls: protocol === 'SSL' || protocol === 'SASL_SSL' ? tlsOptions(properties, readText) : null,
    authenticate: protocol.startsWith('SASL_') ? authenticateWith(credentialsOf(properties)) : null,
  };
}

/** @throws CommandError naming the property */
export function positiveInteger(properties: ClientProperties, name: string, fallback: number): number {
  return wholeNumber(properties, name, fallback, 1);
}

/** @throws CommandError naming the property */
export function wholeNumber(properties: ClientProperties, name: string, fallback: number, min = 0): number {
  const text = properties.get(name);
  if (text === undefined) return fallback;
  const value = /^-?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value))
    throw new CommandError(`Invalid value ${text} for configuration ${name}: Not a number`);
  if (value < min)
    throw new CommandError(
      `Invalid value ${text} for configuration ${name}: Value must be at least ${String(min)}`,
    );
  return value;
}

/** `true` or `false`, in any case. @throws CommandError naming the property */
export function booleanProperty(properties: ClientProperties, name: string, fallback: boolean): boolean {
  const text = properties.get(name)?.trim().toLowerCase();
  if (text === undefined) return fallback;
  if (text !== 'true' && text !== 'false')
    throw new CommandError(
      `Invalid value ${text} for configuration ${name}: Expected value to be either true or false`,
    );
  return text === 'true';
}

function credentialsOf(properties: ClientProperties): SaslCredentials {
  const text = properties.get('sasl.mechanism') ?? 'GSSAPI';
  const mechanism = SASL_MECHANISMS.find((each) => each === text);
  if (mechanism === undefined)
    throw new CommandError(`sasl.mechanism=${text} cannot be used here; ${SASL_MECHANISMS.join(', ')} can.`);
  const jaas = properties.get('sasl.jaas.config');
  if (jaas === undefined)
    throw new CommandError('sasl.jaas.config is missing: it has the user name and the password.');
  const login = loginOf(jaas);
  if (login === null) throw new CommandError(`sasl.jaas.config ${NO_LOGIN}`);
  return { mechanism, ...login };
}

function tlsOptions(properties: ClientProperties, readText: ReadText): TlsOptions {
  const trusted = storeOf(properties, 'ssl.truststore', ['certificates']);
  const own = storeOf(properties, 'ssl.keystore', ['certificate.chain', 'key']);
  const tls = tlsOfFiles(
    { truststore: trusted.file, keystore: own.file, keyPassword: properties.get('ssl.key.password') ?? null },
    (name) => name,
    (file) => trusted.texts.get(file) ?? own.texts.get(file) ?? readText(file),
  );
  if (typeof tls === 'string') throw new CommandError(tls);
  const { ca, certificate, key } = tls;
  return {
    ...(ca === null ? {} : { ca }),
    ...(certificate === null || key === null ? {} : { cert: certificate, key }),
    // Empty turns the check of the host's name off, as in Kafka's clients.
    ...(properties.get('ssl.endpoint.identification.algorithm') === ''
      ? { checkServerIdentity: () => undefined }
      : {}),
  };
}

/** The file of a store, or a name for what the properties hold themselves. */
function storeOf(
  properties: ClientProperties,
  store: string,
  inline: readonly string[],
): { readonly file: string | null; readonly texts: ReadonlyMap<string, string> } {
  const location = properties.get(`${store}.location`) ?? null;
  const held = inline.map((name) => properties.get(`${store}.${name}`) ?? '').filter((text) => text !== '');
  if (location === null && held.length === 0) return { file: null, texts: new Map() };
  const type = properties.get(`${store}.type`) ?? 'JKS';
  if (type.toUpperCase() !== 'PEM')
    throw new CommandError(`${store}.type=${type} cannot be read here; PEM can (${store}.type=PEM).`);
  if (location !== null) return { file: location, texts: new Map() };
  const name = `${store}.${inline.join(` and ${store}.`)}`;
  return { file: name, texts: new Map([[name, held.join('\n')]]) };
}
