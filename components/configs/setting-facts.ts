/**
 * What may stand in a setting, as far as its name and type say: units, choices and bounds of Kafka's topic settings
 * (org.apache.kafka.storage.internals.log.LogConfig, TopicConfig) and of the broker's that they fall back to. PURE. They help to
 * type; whether a value is taken Kafka itself decides, and its versions differ.
 */
import type { ConfigType } from '../../console/contracts/configs';

export type SettingUnit = 'ms' | 'bytes' | null;

export interface SettingFacts {
  readonly unit: SettingUnit;
  /** How much of that unit one is: log.retention.hours counts hours. */
  readonly scale: number;
  /** One of these, or any of these where it is a list. */
  readonly choices: readonly string[] | null;
  readonly least: number | null;
  readonly most: number | null;
  /** The number that says "no limit". */
  readonly unlimited: string | null;
}

const choicesOf = new Map<string, readonly string[]>([
  ['cleanup.policy', ['compact', 'delete']],
  ['compression.type', ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer']],
  ['message.timestamp.type', ['CreateTime', 'LogAppendTime']],
]);

const boundsOf = new Map<string, readonly [least: number, most?: number]>([
  ['compression.lz4.level', [1, 17]],
  ['compression.zstd.level', [-131_072, 22]],
  ['delete.retention.ms', [0]],
  ['file.delete.delay.ms', [0]],
  ['flush.messages', [1]],
  ['flush.ms', [0]],
  ['index.interval.bytes', [0]],
  ['max.compaction.lag.ms', [1]],
  ['max.message.bytes', [0]],
  ['message.timestamp.after.max.ms', [0]],
  ['message.timestamp.before.max.ms', [0]],
  ['min.cleanable.dirty.ratio', [0, 1]],
  ['min.compaction.lag.ms', [0]],
  ['min.insync.replicas', [1]],
  ['retention.bytes', [-1]],
  ['retention.ms', [-1]],
  ['segment.bytes', [1_048_576]],
  ['segment.index.bytes', [4]],
  ['segment.jitter.ms', [0]],
  ['segment.ms', [1]],
]);

/** Java's largest long, with which Kafka says "never" and "as much as you like". */
const LONG_MAX = '9223372036854775807';

export function settingFacts(name: string): SettingFacts {
  const onTopic = name.replace(/^log\./, '');
  const [least = null, most = null] = boundsOf.get(onTopic) ?? [];
  const [unit, scale] = unitOf(name);
  return {
    unit,
    scale,
    choices: choicesOf.get(onTopic) ?? null,
    least,
    most,
    unlimited: least === -1 ? '-1' : null,
  };
}

function unitOf(name: string): readonly [unit: SettingUnit, scale: number] {
  if (name.endsWith('.hours')) return ['ms', 3_600_000];
  if (name.endsWith('.minutes')) return ['ms', 60_000];
  if (name.endsWith('.ms')) return ['ms', 1];
  return [name.endsWith('.bytes') ? 'bytes' : null, 1];
}

const wholeTypes: ReadonlySet<ConfigType> = new Set<ConfigType>(['int', 'short', 'long']);

/** Whether it is certainly none: words where a number belongs. Bounds are left to Kafka. */
export function isWrong(type: ConfigType | null, text: string): boolean {
  const value = text.trim();
  if (type === 'double') return value === '' || !Number.isFinite(Number(value));
  return type !== null && wholeTypes.has(type) && !/^[+-]?\d+$/.test(value);
}

export type Meaning = { readonly kind: 'unlimited' } | { readonly kind: 'ms' | 'bytes'; readonly of: number };

/** What a number is in words; null where the number says it all. */
export function meaningOf(facts: SettingFacts, text: string): Meaning | null {
  const value = text.trim();
  if (!/^-?\d+$/.test(value)) return null;
  if (value === facts.unlimited || value === LONG_MAX) return { kind: 'unlimited' };
  const number = Number(value) * facts.scale;
  if (facts.unit === null || number < 1_000) return null;
  return { kind: facts.unit, of: number };
}
