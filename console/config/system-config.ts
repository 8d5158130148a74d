/**
 * Kafka Eagle's conf/system-config.properties, as far as it has an effect here. Pure: text in, settings out.
 *
 * Both spellings of its prefix are read (`kafka.eagle.` until 2.0.6, `efak.` since), and the misspelt `alisa`.
 * New is `ALIAS.kafka.eagle.bootstrap.servers`, because clusters have no ZooKeeper any more; a cluster that only
 * has `ALIAS.zk.list` is kept, without an address, so that it can be shown with the reason.
 * New, too, is `ALIAS.kafka.eagle.broker.metrics`: over HTTP, where Kafka Eagle opened JMX connections.
 * Every key without effect gives one warning that names it.
 */
import { hostPort } from '../model/host-port.ts';
import { openAccess, type ClusterAccess } from '../model/cluster-access.ts';
import { tlsOf, type ReadText } from './cluster-pem.ts';
import { readSecurity } from './cluster-security.ts';
import {
  metricsAddressesText,
  parseMetricsAddresses,
  type MetricsAddress,
} from '../contracts/metrics-addresses.ts';
import { parseProperties } from './properties-file.ts';

export interface FileCluster {
  alias: string;
  bootstrap: string[];
  /** Where the metrics of its brokers are read. */
  metrics: MetricsAddress[];
  /** How one gets in, by its keys `sasl.*` and `ssl.*`. */
  access: ClusterAccess;
  /** Why it cannot be watched, naming the key; null when it can. */
  problem: string | null;
}

export interface SystemConfig {
  port: number | null;
  topicToken: string | null;
  smtpUrl: string | null;
  mailFrom: string | null;
  databaseUrl: string | null;
  historyDays: number | null;
  clusters: FileCluster[];
  warnings: string[];
}

/** Reads keys without their prefix and remembers which ones were asked for. */
class KeyReader {
  readonly #values: ReadonlyMap<string, string>;
  readonly #used = new Set<string>();

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  /** The value of the first spelling that is there and not empty. All spellings count as known. */
  read(...keys: string[]): string | null {
    let found: string | null = null;
    for (const key of keys) {
      const value = this.#values.get(key);
      if (value === undefined) continue;
      this.#used.add(key);
      if (value !== '') found ??= value;
    }
    return found;
  }

  own(name: string): string | null {
    return this.read(`kafka.eagle.${name}`, `efak.${name}`);
  }

  ofCluster(alias: string, name: string): string | null {
    return this.read(`${alias}.kafka.eagle.${name}`, `${alias}.efak.${name}`);
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  unused(): string[] {
    return [...this.#values.keys()].filter((key) => !this.#used.has(key));
  }
}

const splitList = (text: string | null) =>
  (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

function readInteger(
  text: string | null,
  key: string,
  lowest: number,
  highest: number,
  warnings: string[],
): number | null {
  if (text === null) return null;
  const value = Number(text);
  if (Number.isInteger(value) && value >= lowest && value <= highest) return value;
  warnings.push(`${key}=${text} is not a whole number from ${lowest} to ${highest} and is left out.`);
  return null;
}

interface MailSettings {
  smtpUrl: string | null;
  mailFrom: string | null;
}

function readMail(keys: KeyReader, warnings: string[]): MailSettings {
  const enabled = keys.own('mail.enable');
  const from = keys.own('mail.sa');
  const user = keys.own('mail.username');
  const password = keys.own('mail.password');
  const host = keys.own('mail.server.host');
  const port =
    readInteger(keys.own('mail.server.port'), 'kafka.eagle.mail.server.port', 1, 65_535, warnings) ?? 25;
  if (enabled !== 'true') return { smtpUrl: null, mailFrom: null };
  if (host === null) {
    warnings.push('kafka.eagle.mail.enable=true has no effect without kafka.eagle.mail.server.host.');
    return { smtpUrl: null, mailFrom: null };
  }
  const login = user === null ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password ?? '')}@`;
  return {
    smtpUrl: `${port === 465 ? 'smtps' : 'smtp'}://${login}${hostPort({ host, port })}`,
    mailFrom: from,
  };
}

/** JDBC's parameters behind the name of the database say nothing to another driver. */
const jdbcServer = /^jdbc:(mysql|mariadb|postgresql):\/\/([^/?@]+)\/([^/?]+)(?:\?.*)?$/;

function readDatabase(keys: KeyReader, warnings: string[]): string | null {
  const url = keys.own('url');
  // The address says which driver; without one none of these has an effect, and each is named.
  if (url === null) return null;
  keys.own('driver');
  if (url.startsWith('jdbc:sqlite:')) return `file:${url.slice('jdbc:sqlite:'.length)}`;
  const [user, password] = [keys.own('username'), keys.own('password')];
  const [, kind, host = '', name = ''] = jdbcServer.exec(url) ?? [];
  const leftOut = (why: string): null => {
    warnings.push(`kafka.eagle.url: ${why}; the database stays in the data directory.`);
    return null;
  };
  if (kind === undefined)
    return leftOut('only jdbc:sqlite:, jdbc:mysql:// and jdbc:postgresql:// can be used');
  if (user === null) return leftOut('it needs kafka.eagle.username');
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password ?? '')}`;
  return `${kind === 'postgresql' ? kind : 'mysql'}://${login}@${host}/${name}`;
}

function readAccess(
  keys: KeyReader,
  alias: string,
  { readText, warnings }: Surroundings,
): Pick<FileCluster, 'access' | 'problem'> {
  const { sasl, tls, problem } = readSecurity(alias, (name) => keys.ofCluster(alias, name));
  const identification = 'ssl.endpoint.identification.algorithm';
  const checked = keys.ofCluster(alias, identification);
  const named = [`${alias}.kafka.eagle.${identification}`, `${alias}.efak.${identification}`];
  if (named.some((key) => keys.has(key)) && checked !== 'https') {
    warnings.push(
      `${alias}.kafka.eagle.${identification}=${checked ?? ''} has no effect here: the names in certificates are always checked.`,
    );
  }
  const read = tls === null ? null : tlsOf(tls, alias, readText);
  if (typeof read === 'string') return { access: openAccess, problem: problem ?? read };
  return { access: { tls: read, sasl }, problem };
}

interface Surroundings {
  readonly readText: ReadText;
  readonly warnings: string[];
}

function readCluster(keys: KeyReader, alias: string, surroundings: Surroundings): FileCluster {
  const { warnings } = surroundings;
  const bootstrap = splitList(keys.ofCluster(alias, 'bootstrap.servers'));
  const zookeeper = keys.read(`${alias}.zk.list`);
  const missing =
    zookeeper === null
      ? `${alias}.kafka.eagle.bootstrap.servers is missing: name the brokers as host:port,...`
      : `${alias}.zk.list alone cannot be used, since clusters have no ZooKeeper any more: set ${alias}.kafka.eagle.bootstrap.servers=host:port,...`;
  const text = keys.ofCluster(alias, 'broker.metrics');
  const metrics = text === null ? [] : parseMetricsAddresses(text);
  if (metrics === null) {
    warnings.push(
      `${alias}.kafka.eagle.broker.metrics=${text ?? ''} is left out: it is not ${metricsAddressesText}.`,
    );
  }
  if (bootstrap.length > 0 && zookeeper !== null)
    warnings.push(`${alias}.zk.list has no effect here: brokers are found by bootstrap.servers.`);
  const { access, problem } = readAccess(keys, alias, surroundings);
  const place = { alias, bootstrap, metrics: metrics ?? [] };
  return { ...place, access, problem: bootstrap.length > 0 ? problem : missing };
}

/** `readText` reads the PEM files that a cluster names. */
export function parseSystemConfig(text: string, readText: ReadText): SystemConfig {
  const keys = new KeyReader(parseProperties(text));
  const warnings: string[] = [];
  const aliases = splitList(
    keys.own('zk.cluster.alias') ??
      keys.own('zk.cluster.alisa') ??
      keys.own('cluster.alias') ??
      keys.own('cluster.alisa'),
  );
  const port = readInteger(keys.own('webui.port'), 'kafka.eagle.webui.port', 1, 65_535, warnings);
  const historyDays = readInteger(
    keys.own('metrics.retain'),
    'kafka.eagle.metrics.retain',
    1,
    3_650,
    warnings,
  );
  const clusters = [...new Set(aliases)].map((alias) => readCluster(keys, alias, { readText, warnings }));
  for (const cluster of clusters) if (cluster.problem !== null) warnings.push(cluster.problem);
  const mail = readMail(keys, warnings);
  const databaseUrl = readDatabase(keys, warnings);
  const topicToken = keys.own('topic.token');
  for (const key of keys.unused()) warnings.push(`${key} has no effect here.`);
  return { port, topicToken, ...mail, databaseUrl, historyDays, clusters, warnings };
}
