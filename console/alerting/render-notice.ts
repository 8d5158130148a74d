/**
 * Writes notices as a mail: one line of subject, text, HTML, and the pictures that the HTML shows. Pure. Every name is escaped,
 * so none can add a header, a line or a tag. The HTML has its styles on the elements and a light page, because mail programs
 * drop everything else.
 */
import type { Notice, NoticeChart } from './notice.ts';
import {
  factsOf,
  formatTime,
  formatValue,
  headingOf,
  incidentLinkOf,
  lineOf,
  singleLine,
  subjectWords,
  summaryOf,
  titleOf,
  valueLabelOf,
} from './notice-words.ts';

export interface MailPicture {
  /** What `cid:` in the HTML names (RFC 2392). */
  readonly cid: string;
  readonly chart: NoticeChart;
  /** Drawn as a line, when it is in the chart's unit. */
  readonly threshold: number | null;
}

export interface RenderedMessage {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly pictures: readonly MailPicture[];
}

/** The width at which pictures are shown; they have twice as many pixels. */
export const PICTURE_WIDTH = 560;
export const PICTURE_HEIGHT = 180;

/** A digest names so many; the console shows all. */
const DIGEST_ROWS_MAX = 100;
const PICTURES_MAX = 4;

const badColor = '#b31521';
const okColor = '#00713b';

/** One notice in full, several as a digest, in their order. */
export function renderNotices(notices: readonly Notice[], consoleUrl: string): RenderedMessage {
  const [first, ...others] = notices;
  if (first === undefined) throw new RangeError('a message needs at least one notice');
  return others.length === 0 ? renderOne(first, consoleUrl) : renderDigest(notices, consoleUrl);
}

/** What the test button sends. */
export function renderTest(atMs: number, consoleUrl: string): RenderedMessage {
  const words = `This is a test of an alert channel of Aquila, sent at ${formatTime(atMs)}. Notices will arrive like this one.`;
  return {
    subject: '[Aquila] Test of an alert channel',
    text: `${words}\n\nAll alerts: ${consoleUrl}/alerts\n`,
    html: page('Test of an alert channel', okColor, paragraph(words) + button(`${consoleUrl}/alerts`)),
    pictures: [],
  };
}

function renderOne(notice: Notice, consoleUrl: string): RenderedMessage {
  const facts = factsOf(notice);
  const heading = headingOf(notice);
  const picture = pictureOf(notice, 0);
  const width = Math.max(...facts.map(([label]) => label.length)) + 1;
  const incident = incidentLinkOf(notice, consoleUrl);
  const links = [
    ['Link', notice.link] as const,
    ...(incident === null ? [] : [['Incident', incident] as const]),
  ];
  const lines = [...facts, ...links].map(([label, value]) => `${`${label}:`.padEnd(width + 1)}${value}`);
  const rows = facts.map(([label, value]) => row(label, escapeHtml(value)));
  const table = `<table role="presentation" cellpadding="0" cellspacing="0" style="border-collapse:collapse">${rows.join('')}</table>`;
  return {
    subject: titleOf(notice),
    text: [heading, '', ...lines, ''].join('\n'),
    html: page(
      heading,
      colorOf(notice),
      image(notice, picture) + table + links.map(([, url]) => button(url)).join(''),
    ),
    pictures: picture === null ? [] : [picture],
  };
}

function renderDigest(notices: readonly Notice[], consoleUrl: string): RenderedMessage {
  const summary = summaryOf(notices);
  const shown = notices.slice(0, DIGEST_ROWS_MAX);
  const left = notices.length - shown.length;
  const more = left > 0 ? [`and ${String(left)} more`] : [];
  const link = `${consoleUrl}/alerts`;
  const pictures: MailPicture[] = [];
  const items = shown.map((notice) => {
    const picture = pictures.length < PICTURES_MAX ? pictureOf(notice, pictures.length) : null;
    if (picture !== null) pictures.push(picture);
    const mark = `<span style="color:${colorOf(notice)}">&#9679;</span>`;
    return `<li style="margin:0 0 12px;list-style:none">${mark} ${escapeHtml(lineOf(notice))}<br>${anchor(notice.link)}${image(notice, picture)}</li>`;
  });
  const allResolved = notices.every(({ kind }) => kind === 'resolved');
  return {
    subject: singleLine(`[Aquila] ${summary}`),
    text: [
      `Alerts: ${summary}`,
      '',
      ...shown.map((notice) => `- ${lineOf(notice)}\n  ${notice.link}`),
      ...more,
      '',
      `All alerts: ${link}`,
      '',
    ].join('\n'),
    html: page(
      `Alerts: ${summary}`,
      allResolved ? okColor : badColor,
      `<ul style="margin:0;padding:0">${items.join('')}</ul>${more.map(paragraph).join('')}${button(link)}`,
    ),
    pictures,
  };
}

function pictureOf({ chart, threshold, unit }: Notice, index: number): MailPicture | null {
  if (chart === null || !chart.points.some(([, value]) => value !== null)) return null;
  return {
    cid: `chart${String(index + 1)}@aquila`,
    chart,
    threshold: chart.unit === unit ? threshold : null,
  };
}

function image(notice: Notice, picture: MailPicture | null): string {
  if (picture === null) return '';
  const { chart, threshold, cid } = picture;
  const known = chart.points.filter((point): point is [number, number] => point[1] !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return '';
  const what = `${valueLabelOf(notice)} of ${subjectWords(notice)}`;
  const course = `from ${formatValue(first[1], chart.unit)} at ${formatTime(first[0])} to ${formatValue(last[1], chart.unit)} at ${formatTime(last[0])}`;
  const bound =
    threshold === null ? '' : `; the dashed line is the threshold, ${formatValue(threshold, chart.unit)}`;
  const caption = escapeHtml(`${what}, in ${chart.unit}, UTC${bound}`);
  return (
    `<div style="margin:8px 0 16px"><img src="cid:${cid}" width="${String(PICTURE_WIDTH)}" height="${String(PICTURE_HEIGHT)}" ` +
    `alt="${escapeHtml(`${what} ${course}`)}" style="display:block;width:100%;max-width:${String(PICTURE_WIDTH)}px;height:auto;border:1px solid #e9ebf0">` +
    `<div style="color:#595f6b;font-size:12px;padding-top:4px">${caption}</div></div>`
  );
}

const colorOf = ({ kind }: Notice): string => (kind === 'resolved' ? okColor : badColor);

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
  return `<a href="${escapeHtml(url)}" style="color:#4b49d2">${escapeHtml(url)}</a>`;
}

function button(url: string): string {
  return `<p style="margin:16px 0 0">${anchor(url)}</p>`;
}

function paragraph(words: string): string {
  return `<p style="margin:0 0 12px">${escapeHtml(words)}</p>`;
}

function row(label: string, html: string): string {
  return (
    `<tr><th align="left" valign="top" style="color:#595f6b;font-weight:normal;padding:3px 20px 3px 0;white-space:nowrap">${escapeHtml(label)}</th>` +
    `<td valign="top" style="padding:3px 0;word-break:break-word">${html}</td></tr>`
  );
}

function page(heading: string, color: string, body: string): string {
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light"></head>' +
    '<body style="margin:0;padding:16px;background:#ffffff;color:#161b25;font:14px/1.5 -apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif">' +
    `<div style="max-width:640px"><h2 style="font-size:18px;margin:0 0 16px;padding-left:10px;border-left:4px solid ${color}">${escapeHtml(heading)}</h2>${body}</div></body></html>`
  );
}
