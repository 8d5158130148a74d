/**
 * What came of runs, as the page docs/compatibility.md: each case as it was last found, with the version of what was run and the
 * day. A run of some cases leaves the rows of the others as they stand on the page, which is what remembers them. Pure.
 */

export type Outcome =
  { readonly kind: 'passed' | 'failed' } | { readonly kind: 'skipped'; readonly reason: string };

export interface CaseReport {
  readonly name: string;
  readonly outcome: Outcome;
  /** What it was run with; empty when it was not. */
  readonly versions: string;
}

const INTRODUCTION = [
  '# Compatibility',
  '',
  'Programs of others against the bundled broker, as `npm run test:compat` last found them, and on which day: a whole run writes this page, one of chosen cases (`npm run test:compat -- --page kcat`) its own rows of it. What is not installed where it runs is skipped there, with the reason. kafkajs is not',
  'in it, because `npm test` itself runs it against every part of the broker. Which requests and versions are served: [protocol-support.md](protocol-support.md).',
  '',
];

const NOT_SERVED = [
  '## Not served yet',
  '',
  '- Share groups and streams groups: their requests are not advertised.',
  '- Delegation tokens: their requests are not advertised.',
  '- Consumers that look for brokers and offsets in ZooKeeper ([old-clients.md](old-clients.md)).',
  '- SASL by GSSAPI or OAUTHBEARER ([security.md](security.md)).',
  '',
];

const FAULTS_OF_CLIENTS = [
  '## What no broker can mend',
  '',
  '- kafkajs 2.2.4 begins a batch for several leaders anew as soon as one of them fails, and sends what another has not answered yet once more with the next sequence: an idempotent producer',
  '  writes such records twice, to Apache Kafka as well. With one partition in each `send` it does not, and the case under faults sends so.',
  '',
];

const inCell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\s+/g, ' ');

function said(outcome: Outcome): string {
  return outcome.kind === 'skipped' ? `skipped: ${inCell(outcome.reason)}` : outcome.kind;
}

/** As the page says it; what was never run says so itself. */
interface Row {
  readonly outcome: string;
  readonly versions: string;
  readonly day: string;
}

const FOUND: ReadonlySet<string> = new Set(['passed', 'failed']);
const NEVER: Row = { outcome: 'not run yet', versions: '', day: '' };

function rowOf(name: string, row: Row): string {
  return `| ${inCell(name)} | ${row.outcome} | ${inCell(row.versions)} | ${row.day} |`;
}

/** What an earlier page says, by the name of the case as it stands in a cell. */
function rowsOf(page: string): Map<string, Row> {
  const rows = page.split('\n').flatMap((line) => {
    const [before, name, outcome, versions, day] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    if (before !== '' || name === undefined || day === undefined || !/^(?:\d{4}-\d\d-\d\d)?$/.test(day))
      return [];
    return [[name, { outcome: outcome ?? '', versions: versions ?? '', day }] as const];
  });
  return new Map(rows);
}

export interface PageOfRuns {
  /** Every case there is, by group. */
  readonly groups: readonly { readonly title: string; readonly names: readonly string[] }[];
  readonly reports: readonly CaseReport[];
  /** Of this run: `2026-01-31`. */
  readonly day: string;
  /** The page as it is, or nothing. */
  readonly page: string;
}

/** What could not be run now keeps what was found when it could. */
export function compatibilityPage({ groups, reports, day, page }: PageOfRuns): string {
  const rows = rowsOf(page);
  for (const { name, outcome, versions } of reports)
    if (outcome.kind !== 'skipped' || !FOUND.has(rows.get(inCell(name))?.outcome ?? ''))
      rows.set(inCell(name), { outcome: said(outcome), versions, day });
  const sections = groups.flatMap(({ title, names }) => [
    ...[`## ${title}`, '', '| what | outcome | with | last run |', '| --- | --- | --- | --- |'],
    ...names.map((name) => rowOf(name, rows.get(inCell(name)) ?? NEVER)),
    '',
  ]);
  return [...INTRODUCTION, ...sections, ...NOT_SERVED, ...FAULTS_OF_CLIENTS].join('\n').trimEnd() + '\n';
}
