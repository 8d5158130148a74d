/** What came of a whole run, as the page docs/compatibility.md. Pure. */

export type Outcome =
  { readonly kind: 'passed' | 'failed' } | { readonly kind: 'skipped'; readonly reason: string };

export interface GroupReport {
  readonly title: string;
  readonly versions: string;
  /** In the order of the run. */
  readonly outcomes: readonly { readonly name: string; readonly outcome: Outcome }[];
}

const INTRODUCTION = [
  '# Compatibility',
  '',
  'Programs of others against the bundled broker, as `npm run test:compat` found them when it was last run as a whole: it writes this page. What is not installed where it runs is skipped there, with the reason. kafkajs is not',
  'in it, because `npm test` itself runs it against every part of the broker. Which requests and versions are served: [protocol-support.md](protocol-support.md).',
  '',
];

const NOT_SERVED = [
  '## Not served yet',
  '',
  '- Consumer groups of KIP-848, share groups and streams groups: their requests are not advertised, and clients fall back to the classic protocol.',
  '- ACLs, quotas and delegation tokens: their requests are not advertised.',
  '- SASL by GSSAPI or OAUTHBEARER, and TLS or SASL among brokers ([security.md](security.md)).',
  '',
];

const inCell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\s+/g, ' ');

function said(outcome: Outcome): string {
  return outcome.kind === 'skipped' ? `skipped: ${inCell(outcome.reason)}` : outcome.kind;
}

function section({ title, versions, outcomes }: GroupReport): string[] {
  return [
    `## ${title}`,
    '',
    ...(versions === '' ? [] : [`${versions}.`, '']),
    '| what | outcome |',
    '| --- | --- |',
    ...outcomes.map(({ name, outcome }) => `| ${inCell(name)} | ${said(outcome)} |`),
    '',
  ];
}

export function compatibilityPage(groups: readonly GroupReport[]): string {
  return [...INTRODUCTION, ...groups.flatMap(section), ...NOT_SERVED].join('\n').trimEnd() + '\n';
}
