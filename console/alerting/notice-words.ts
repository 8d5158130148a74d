/**
 * A notice in words, for whatever carries it: what happened, the facts one by one, one line of it, units. Pure, and plain
 * text: names come from outside (anybody who may create a group chooses them), so control characters become spaces here, and
 * each kind of channel escapes what its own markup knows.
 */
import type { IncidentType } from '../contracts/alerts.ts';
import { pagePaths } from '../contracts/paths.ts';
import type { Notice } from './notice.ts';

export const SUBJECT_MAX = 200;
const FACT_MAX = 1_000;

export type Fact = readonly [label: string, value: string];

interface TypeWords {
  /** What the value is called. */
  readonly value: string;
  readonly firing: string;
  readonly repeat: string;
  readonly resolved: string;
}

const wordsOfTypes = {
  'group-lag': {
    value: 'Lag',
    firing: 'Consumer group is behind',
    repeat: 'Consumer group is still behind',
    resolved: 'Consumer group has recovered',
  },
  'group-status': {
    value: 'Lag',
    firing: 'Consumer group is not well',
    repeat: 'Consumer group is still not well',
    resolved: 'Consumer group has recovered',
  },
  'broker-down': {
    value: 'Brokers down',
    firing: 'Broker is down',
    repeat: 'Broker is still down',
    resolved: 'Broker is back',
  },
  'controller-missing': {
    value: 'Controllers',
    firing: 'Cluster has no controller',
    repeat: 'Cluster still has no controller',
    resolved: 'Cluster has a controller again',
  },
  'under-replicated': {
    value: 'Under-replicated',
    firing: 'Partitions are under-replicated',
    repeat: 'Partitions are still under-replicated',
    resolved: 'Partitions are fully replicated again',
  },
  'offline-partitions': {
    value: 'Offline',
    firing: 'Partitions are offline',
    repeat: 'Partitions are still offline',
    resolved: 'Partitions are back online',
  },
  'below-min-isr': {
    value: 'Below minimum',
    firing: 'Partitions are below min.insync.replicas',
    repeat: 'Partitions are still below min.insync.replicas',
    resolved: 'Partitions have enough in-sync replicas again',
  },
  'topic-capacity': {
    value: 'Size',
    firing: 'Topic is larger than it should be',
    repeat: 'Topic is still larger than it should be',
    resolved: 'Topic is back within its size',
  },
  'producer-rate': {
    value: 'Rate',
    firing: 'Rate of producers is outside of its band',
    repeat: 'Rate of producers is still outside of its band',
    resolved: 'Rate of producers is back in its band',
  },
  'disk-use': {
    value: 'Disk use',
    firing: 'Disk is filling up',
    repeat: 'Disk is still filling up',
    resolved: 'Disk has room again',
  },
  'collector-blind': {
    value: 'Blind for',
    firing: 'Aquila cannot see the cluster',
    repeat: 'Aquila still cannot see the cluster',
    resolved: 'Aquila sees the cluster again',
  },
  'refused-tokens': {
    value: 'Tries',
    firing: 'Somebody guesses at the topic token',
    repeat: 'Somebody goes on guessing at the topic token',
    resolved: 'Nobody guesses at the topic token any more',
  },
} satisfies Readonly<Record<IncidentType, TypeWords>>;

const otherType: TypeWords = {
  value: 'Value',
  firing: 'Alert',
  repeat: 'Alert goes on',
  resolved: 'Alert is over',
};

/** An outbox may hold notices of types that this version does not know. */
const wordsOf = ({ type }: Notice): TypeWords =>
  (wordsOfTypes as Readonly<Record<string, TypeWords>>)[type] ?? otherType;

/** What happened, without a name: `Consumer group is behind`. */
export const headingOf = (notice: Notice): string => wordsOf(notice)[notice.kind];

/** What the judged value is called: `Lag`. */
export const valueLabelOf = (notice: Notice): string => wordsOf(notice).value;

/** What it is about: `billing on orders`, `broker 2`. */
export function subjectWords({ subject, group, topic, cluster }: Notice): string {
  if (subject !== '') return withoutControls(subject);
  if (group === null && topic === null) return withoutControls(cluster);
  return withoutControls(topic === null ? (group ?? '') : group === null ? topic : `${group} on ${topic}`);
}

/** One line, for the subject of a mail and the head of a chat message. */
export function titleOf(notice: Notice): string {
  const { level, cluster, ruleName } = notice;
  const kind = notice.kind === 'resolved' ? 'Recovered' : level;
  return singleLine(
    `[Aquila ${kind}] ${subjectWords(notice)}: ${shortState(notice)} (${cluster}, ${ruleName})`,
  );
}

/** Where the console shows it; null in notices that do not know their incident. */
export function incidentLinkOf({ incidentId }: Notice, consoleUrl: string): string | null {
  return incidentId === null ? null : consoleUrl + pagePaths.incident(incidentId);
}

/** One line with everything that matters, for digests. */
export function lineOf(notice: Notice): string {
  const { level, cluster, ruleName, threshold, unit } = notice;
  const bound = threshold === null ? '' : `, threshold ${formatValue(threshold, unit)}`;
  const reason = notice.reason === null ? '' : ` (${notice.reason})`;
  return singleLine(
    `[${level}] ${subjectWords(notice)}: ${isOfGroup(notice) ? `${clauseOf(notice)}, ` : ''}${shortState(notice)}${bound}, ` +
      `since ${formatTime(notice.startedAtMs)} (${cluster}, ${ruleName})${reason}`,
    FACT_MAX,
  );
}

function shortState(notice: Notice): string {
  const { type, value, unit, status } = notice;
  if (type === 'group-lag') {
    if (value === null) return 'lag not known';
    return `lag ${unit === 'records' ? formatCount(value) : formatValue(value, unit)}`;
  }
  if (type === 'group-status' && status !== null) return status;
  const clause = clauseOf(notice);
  return value === null || unit === '' ? clause : `${clause}, ${formatValue(value, unit)}`;
}

const isOfGroup = ({ type }: Notice): boolean => type === 'group-lag' || type === 'group-status';

/** The heading as it goes on after a colon. */
function clauseOf(notice: Notice): string {
  const heading = headingOf(notice);
  return heading.startsWith('Aquila') ? heading : heading.charAt(0).toLowerCase() + heading.slice(1);
}

/** Everything, each fact with its label, values in one line. */
export function factsOf(notice: Notice): readonly Fact[] {
  const { type, subject, group, topic, value, peakValue, threshold, unit, status, reason, cause } = notice;
  const facts: Fact[] = [['Cluster', notice.cluster]];
  if (isOfGroup(notice)) {
    facts.push(['Group', group ?? (subject === '' ? 'all groups' : subject)]);
    facts.push(['Topic', topic ?? 'all topics of the group']);
  } else {
    facts.push(['Subject', subjectWords(notice)]);
  }
  if (status !== null) facts.push(['Status', status]);
  if (value !== null || type === 'group-lag') {
    facts.push([valueLabelOf(notice), value === null ? 'not known' : formatValue(value, unit)]);
  }
  if (threshold !== null) facts.push(['Threshold', formatValue(threshold, unit)]);
  // A rate may be too low as well.
  const worst = type === 'producer-rate' ? 'Worst' : 'Highest';
  if (peakValue !== null) facts.push([worst, formatValue(peakValue, unit)]);
  if (reason !== null) facts.push(['Why', reason]);
  if (cause !== null) facts.push(['Cause', `${cause.text} (${countOf(cause.count, 'alert')})`]);
  facts.push(['Since', formatTime(notice.startedAtMs)]);
  if (notice.kind === 'resolved') facts.push(['Recovered', formatTime(notice.atMs)]);
  facts.push(['Level', notice.level], ['Rule', notice.ruleName]);
  return facts.map(([label, each]) => [label, singleLine(each, FACT_MAX)]);
}

/** `3 firing, 1 recovered` */
export function summaryOf(notices: readonly Notice[]): string {
  const fired = notices.filter(({ kind }) => kind !== 'resolved').length;
  const recovered = notices.length - fired;
  const counts = [
    fired > 0 ? `${String(fired)} firing` : '',
    recovered > 0 ? `${String(recovered)} recovered` : '',
  ];
  return counts.filter((part) => part !== '').join(', ');
}

const binaryUnits = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `12,345 records`, `1.5 GiB`, `3 min 20 s (200 s)`, `91 %`. */
export function formatValue(value: number, unit: string): string {
  if (unit === 'bytes') {
    const step = Math.min(Math.floor(Math.log2(Math.max(Math.abs(value), 1)) / 10), binaryUnits.length - 1);
    return `${formatCount(value / 1_024 ** step)} ${binaryUnits[step] ?? 'bytes'}`;
  }
  if (unit === 'percent' || unit === '%') return `${formatCount(value)} %`;
  if (unit === 'seconds') return formatSeconds(value);
  if (unit === '') return formatCount(value);
  const name = withoutControls(unit);
  return `${formatCount(value)} ${value === 1 ? name.replace(/^([a-z]+)s$/, '$1') : name}`;
}

function formatSeconds(seconds: number): string {
  const whole = Math.round(Math.abs(seconds));
  if (whole < 120) return `${formatCount(seconds)} s`;
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3_600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ] as const;
  const words = parts.filter(([count]) => count > 0).slice(0, 2);
  return `${seconds < 0 ? '-' : ''}${words.map(([count, name]) => `${String(count)} ${name}`).join(' ')}`;
}

const countOf = (count: number, noun: string): string =>
  `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;

export function formatTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function formatCount(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

/** For headers and heads: no control characters, no runs of blanks, of bounded length. */
export function singleLine(text: string, max = SUBJECT_MAX): string {
  const line = withoutControls(text).replace(/\s+/g, ' ').trim();
  return line.length > max
    ? `${line
        .slice(0, max - 1)
        .replace(/[\uD800-\uDBFF]$/, '')
        .trimEnd()}…`
    : line;
}

/** Control characters, line separators, half characters, and marks that turn the direction of writing become spaces. */
export function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/gu, ' ');
}
