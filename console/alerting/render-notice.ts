/**
 * Writes notices as a mail: one line of subject, text and HTML. Pure. Names come from outside (anybody who may create a group
 * chooses them): control characters become spaces and HTML is escaped, so a name can neither add a header nor a tag.
 */
import type { Notice } from './notice.ts';

export interface RenderedMessage {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const SUBJECT_MAX = 200;
/** A digest names so many; the console shows all. */
const DIGEST_ROWS_MAX = 100;

const headings: Readonly<Record<Notice['kind'], string>> = {
  firing: 'Consumer group is behind',
  repeat: 'Consumer group is still behind',
  resolved: 'Consumer group has recovered',
};

/** One notice in full, several as a digest, in their order. */
export function renderNotices(notices: readonly Notice[], consoleUrl: string): RenderedMessage {
  const [first, ...others] = notices;
  if (first === undefined) throw new RangeError('a message needs at least one notice');
  return others.length === 0 ? renderOne(first) : renderDigest(notices, consoleUrl);
}

function renderOne(notice: Notice): RenderedMessage {
  const rows = factsOf(notice);
  const heading = headings[notice.kind];
  const width = Math.max(...rows.map(([label]) => label.length)) + 1;
  const text = [
    heading,
    '',
    ...rows.map(([label, value]) => `${`${label}:`.padEnd(width + 1)}${value}`),
    '',
  ].join('\n');
  const cells = rows.map(([label, value]) =>
    row(label, label === 'Link' ? anchor(value) : escapeHtml(value)),
  );
  return {
    subject: subjectOf(notice),
    text,
    html: page(heading, `<table cellpadding="4">${cells.join('')}</table>`),
  };
}

function renderDigest(notices: readonly Notice[], consoleUrl: string): RenderedMessage {
  const fired = notices.filter(({ kind }) => kind !== 'resolved').length;
  const recovered = notices.length - fired;
  const counts = [
    fired > 0 ? `${String(fired)} firing` : '',
    recovered > 0 ? `${String(recovered)} recovered` : '',
  ];
  const summary = counts.filter((part) => part !== '').join(', ');
  const shown = notices.slice(0, DIGEST_ROWS_MAX);
  const left = notices.length - shown.length;
  const more = left > 0 ? `and ${String(left)} more` : '';
  const link = `${consoleUrl}/alerts`;
  const lines = shown.map((notice) => `- ${lineOf(notice)}\n  ${notice.link}`);
  const items = shown.map((notice) => `<li>${escapeHtml(lineOf(notice))}<br>${anchor(notice.link)}</li>`);
  return {
    subject: singleLine(`[Aquila] ${summary}`),
    text: [
      `Alerts: ${summary}`,
      '',
      ...lines,
      ...(more === '' ? [] : [more]),
      '',
      `All alerts: ${link}`,
      '',
    ].join('\n'),
    html: page(
      `Alerts: ${summary}`,
      `<ul>${items.join('')}</ul>${more === '' ? '' : `<p>${more}</p>`}<p>${anchor(link)}</p>`,
    ),
  };
}

export function subjectOf(notice: Notice): string {
  const { level, cluster, ruleName } = notice;
  const what = subjectText(notice);
  const kind = notice.kind === 'resolved' ? 'Recovered' : level;
  const lag = notice.value === null ? '' : `: lag ${formatCount(notice.value)}`;
  return singleLine(`[Aquila ${kind}] ${what}${lag} (${cluster}, ${ruleName})`);
}

function subjectText({ group, topic }: Notice): string {
  const name = group ?? 'all groups';
  return topic === null ? name : `${name} on ${topic}`;
}

function lineOf(notice: Notice): string {
  const state =
    notice.kind === 'resolved' ? 'recovered' : notice.kind === 'repeat' ? 'still behind' : 'behind';
  const lag = notice.value === null ? 'lag unknown' : `lag ${formatCount(notice.value)}`;
  return singleLine(
    `[${notice.level}] ${subjectText(notice)} ${state}: ${lag}, threshold ${formatCount(notice.threshold)}, ` +
      `since ${formatTime(notice.startedAtMs)} (${notice.cluster}, ${notice.ruleName})`,
  );
}

function factsOf(notice: Notice): [string, string][] {
  const lag = notice.value === null ? 'not known' : `${formatCount(notice.value)} ${notice.unit}`;
  const facts: [string, string][] = [
    ['Cluster', notice.cluster],
    ['Group', notice.group ?? 'all groups'],
    ['Topic', notice.topic ?? 'all topics of the group'],
    ['Lag', lag],
    ['Threshold', `${formatCount(notice.threshold)} ${notice.unit}`],
  ];
  if (notice.peakValue !== null) facts.push(['Highest', `${formatCount(notice.peakValue)} ${notice.unit}`]);
  facts.push(['Since', formatTime(notice.startedAtMs)]);
  if (notice.kind === 'resolved') facts.push(['Recovered', formatTime(notice.atMs)]);
  facts.push(['Level', notice.level], ['Rule', notice.ruleName], ['Link', notice.link]);
  return facts.map(([label, value]) => [label, withoutControls(value)]);
}

export function formatTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function formatCount(value: number | null): string {
  if (value === null) return 'none';
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

/** For headers: no control characters, no runs of blanks, of bounded length. */
export function singleLine(text: string): string {
  const line = withoutControls(text).replace(/\s+/g, ' ').trim();
  return line.length > SUBJECT_MAX ? `${line.slice(0, SUBJECT_MAX - 1)}…` : line;
}

function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
}

export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

function anchor(url: string): string {
  return `<a href="${escapeHtml(url)}">${escapeHtml(url)}</a>`;
}

function row(label: string, html: string): string {
  return `<tr><th align="left">${escapeHtml(label)}</th><td>${html}</td></tr>`;
}

function page(heading: string, body: string): string {
  return `<!doctype html><html lang="en"><body style="font-family:sans-serif"><h2>${escapeHtml(heading)}</h2>${body}</body></html>`;
}
