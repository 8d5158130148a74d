/**
 * Turns a server.properties file, `--override` options and the environment into a BrokerConfig, or says in one line
 * what is wrong and where. Checks that need more than one key are in cross-checks.ts.
 */
import { BrokerConfig, type BrokerKeyName, brokerKeys, isBrokerKey } from './broker-config.ts';
import { ConfigError } from './config-error.ts';
import { crossCheck } from './cross-checks.ts';
import { listenerKeyOf } from './listener-keys.ts';
import { nearestName } from './nearest-name.ts';
import type { PropertiesFile } from './properties-file.ts';

export interface ReadOptions {
  /** Null when the broker is configured by overrides alone. */
  readonly properties: PropertiesFile | null;
  /** `key=value` in the order given; a later one wins. */
  readonly overrides?: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface ReadResult {
  readonly config: BrokerConfig;
  /** One line each, for the log. */
  readonly warnings: readonly string[];
}

/** One setting with its place, as error messages name it. */
export interface Setting {
  readonly text: string;
  readonly where: string;
}
export type Settings = ReadonlyMap<BrokerKeyName, Setting>;

/** Keys whose values never appear in a message. */
const SECRET = /password|secret|token|jaas/i;

function parseOverride(option: string): readonly [string, Setting] {
  const separator = option.indexOf('=');
  if (separator <= 0) {
    throw new ConfigError({
      where: '--override',
      key: option,
      value: null,
      expected: 'must be written as key=value',
    });
  }
  return [
    option.slice(0, separator).trim(),
    { text: option.slice(separator + 1).trim(), where: '--override' },
  ];
}

function collect(options: ReadOptions): Map<string, Setting> {
  const settings = new Map<string, Setting>();
  for (const [key, entry] of options.properties?.entries ?? []) {
    settings.set(key, {
      text: entry.value,
      where: `${options.properties?.name ?? ''}:${String(entry.line)}`,
    });
  }
  for (const option of options.overrides ?? []) {
    const [key, setting] = parseOverride(option);
    settings.set(key, setting);
  }
  const metricsPort = options.environment?.['JMX_PORT'];
  if (metricsPort && !settings.has('aquila.metrics.listener')) {
    settings.set('aquila.metrics.listener', {
      text: `127.0.0.1:${metricsPort}`,
      where: 'environment JMX_PORT',
    });
  }
  return settings;
}

function unknownKeyWarning(key: string, setting: Setting): string {
  const nearest = nearestName(key, Object.keys(brokerKeys));
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return `${setting.where}: ${key} is not a key that this broker knows, it has no effect.${hint}`;
}

function checked(key: BrokerKeyName, setting: Setting): void {
  if (brokerKeys[key].parse(setting.text) !== undefined) return;
  throw new ConfigError({
    where: setting.where,
    key,
    value: SECRET.test(key) ? null : setting.text,
    expected: `must be ${brokerKeys[key].allowed}`,
  });
}

/** Settings with an empty text are as if not there, where a key may be left out. */
function isUnset(key: BrokerKeyName, setting: Setting): boolean {
  return setting.text === '' && brokerKeys[key].defaultText === null;
}

export function readBrokerConfig(options: ReadOptions): ReadResult {
  const known = new Map<BrokerKeyName, Setting>();
  const ofListeners = new Map<string, Setting>();
  const warnings: string[] = [];
  for (const [key, setting] of collect(options)) {
    const narrow = isBrokerKey(key) ? null : listenerKeyOf(key);
    if (narrow !== null) {
      ofListeners.set(narrow, setting);
    } else if (!isBrokerKey(key)) {
      warnings.push(unknownKeyWarning(key, setting));
    } else if (!isUnset(key, setting)) {
      checked(key, setting);
      known.set(key, setting);
    }
  }
  const { parts, warnings: more } = crossCheck(known, ofListeners);
  return { config: new BrokerConfig(parts), warnings: [...warnings, ...more] };
}
