/**
 * How one gets into a cluster, by the keys of Kafka Eagle's file: `ALIAS.kafka.eagle.sasl.*` and `ALIAS.kafka.eagle.ssl.*`. Pure:
 * keys in, a user name and password and the names of PEM files out; whoever may read files reads those.
 *
 * A setting that says "secured" but cannot be followed is a problem of the cluster: to go on without it would send records or
 * a password another way than was asked for.
 */
import type { SaslAccess, SaslMechanism } from '../model/cluster-access.ts';

/** Of a cluster that is reached over TLS. Stores are PEM files, as with Kafka's ssl.truststore.type=PEM (KIP-651). */
export interface FileTls {
  readonly truststore: string | null;
  readonly keystore: string | null;
  readonly keyPassword: string | null;
}

export interface FileSecurity {
  readonly sasl: SaslAccess | null;
  readonly tls: FileTls | null;
  /** Why it cannot be got into, naming the key. */
  readonly problem: string | null;
}

/** Value of `ALIAS.kafka.eagle.NAME` in either spelling; null when it is not there or empty. */
export type ReadKey = (name: string) => string | null;

const mechanisms: readonly SaslMechanism[] = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'];
const loginModule = /\.(?:Plain|Scram)LoginModule\s/;

export function readSecurity(alias: string, read: ReadKey): FileSecurity {
  const key = (name: string): string => `${alias}.kafka.eagle.${name}`;
  const sasl = readSasl(read, key);
  const isTlsOn = read('ssl.enable') === 'true';
  // SSL is all that it can be.
  read('ssl.protocol');
  const tls = {
    truststore: read('ssl.truststore.location'),
    keystore: read('ssl.keystore.location'),
    keyPassword: read('ssl.key.password'),
  };
  return { sasl: sasl.access, tls: isTlsOn || sasl.overTls ? tls : null, problem: sasl.problem };
}

interface SaslRead {
  readonly access: SaslAccess | null;
  readonly overTls: boolean;
  readonly problem: string | null;
}

function readSasl(read: ReadKey, key: (name: string) => string): SaslRead {
  const isOn = read('sasl.enable') === 'true';
  const protocol = read('sasl.protocol') ?? 'SASL_PLAINTEXT';
  const mechanismText = read('sasl.mechanism') ?? 'PLAIN';
  const jaas = read('sasl.jaas.config');
  if (!isOn) return { access: null, overTls: false, problem: null };
  const overTls = protocol === 'SASL_SSL';
  const refuse = (name: string, why: string): SaslRead => ({
    access: null,
    overTls,
    problem: `${key(name)} ${why}`,
  });
  if (!overTls && protocol !== 'SASL_PLAINTEXT')
    return refuse('sasl.protocol', `is ${protocol}: only SASL_PLAINTEXT and SASL_SSL can be used.`);
  const mechanism = mechanisms.find((each) => each === mechanismText);
  if (mechanism === undefined)
    return refuse('sasl.mechanism', `is ${mechanismText}: only ${mechanisms.join(', ')} can be used.`);
  if (jaas === null) return refuse('sasl.jaas.config', 'is missing: it has the user name and the password.');
  const login = loginOf(jaas);
  if (login === null) return refuse('sasl.jaas.config', NO_LOGIN);
  return { access: { mechanism, ...login }, overTls, problem: null };
}

export const NO_LOGIN =
  'is not understood: it has to be a PlainLoginModule or ScramLoginModule with username="..." and password="...";.';

/** The user name and the password in a `sasl.jaas.config`; null when it is none of theirs. */
export function loginOf(jaas: string): Pick<SaslAccess, 'username' | 'password'> | null {
  const [username, password] = [jaasOption(jaas, 'username'), jaasOption(jaas, 'password')];
  return loginModule.test(jaas) && username !== null && password !== null ? { username, password } : null;
}

/** As in `org.apache.kafka.common.security.plain.PlainLoginModule required username="admin" password="a\"b";`. */
function jaasOption(jaas: string, name: string): string | null {
  const match = new RegExp(`\\s${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s";]+))`).exec(jaas);
  if (match === null) return null;
  return match[1]?.replace(/\\(.)/g, '$1') ?? match[2] ?? null;
}
