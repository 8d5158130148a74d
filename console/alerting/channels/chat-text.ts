/**
 * What chat channels have in common: a head, the facts or lines below it, a link, and names that cannot be markup. Pure.
 *
 * The markdown of chat programs has no escape that could be relied on, so signs that mean something are replaced by those of
 * full width that look like them: they mention nobody, link nowhere and start nothing in any of them.
 */
import type { Notice } from '../notice.ts';
import {
  factsOf,
  formatTime,
  headingOf,
  lineOf,
  singleLine,
  summaryOf,
  titleOf,
  withoutControls,
  type Fact,
} from '../notice-words.ts';
import type { OutgoingMessage } from './channel-type.ts';

/** Characters: what is longer would push out the rest. */
const FACT_MAX = 300;
const LINE_MAX = 500;

export interface ChatText {
  /** One line. */
  readonly title: string;
  readonly heading: string;
  /** What happened to one subject; empty for a digest. */
  readonly facts: readonly Fact[];
  /** One line for each notice of a digest. */
  readonly lines: readonly string[];
  readonly link: string;
  readonly mood: 'bad' | 'good';
}

/** All of it as plain text: the dialect escapes it. */
export function chatTextOf({ notices, atMs }: OutgoingMessage, consoleUrl: string): ChatText {
  const link = linkInMarkdown(`${consoleUrl}/alerts`);
  if (notices === 'test') {
    const heading = 'Test of an alert channel';
    const lines = [`Sent by Aquila at ${formatTime(atMs)}. Notices will arrive like this one.`];
    return { title: `[Aquila] ${heading}`, heading, facts: [], lines, link, mood: 'good' };
  }
  const [first] = notices;
  if (notices.length === 1 && first !== undefined) {
    const mood = moodOf(first);
    return {
      title: titleOf(first),
      heading: headingOf(first),
      facts: factsOf(first).map(([label, value]): Fact => [label, singleLine(value, FACT_MAX)]),
      lines: [],
      link: linkInMarkdown(first.link),
      mood,
    };
  }
  const heading = `Alerts: ${summaryOf(notices)}`;
  const mood = notices.every((notice) => moodOf(notice) === 'good') ? 'good' : 'bad';
  return {
    title: `[Aquila] ${summaryOf(notices)}`,
    heading,
    facts: [],
    lines: notices.map((notice) => singleLine(lineOf(notice), LINE_MAX)),
    link,
    mood,
  };
}

/** encodeURIComponent leaves signs as they are that end a link. */
function linkInMarkdown(url: string): string {
  return url.replace(
    /[()<>'*!~`|\\\s]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

const moodOf = ({ kind }: Notice): ChatText['mood'] => (kind === 'resolved' ? 'good' : 'bad');

const fullWidth: Readonly<Record<string, string>> = {
  ...{
    '<': '＜',
    '>': '＞',
    '*': '＊',
    '`': '｀',
    '~': '～',
    '@': '＠',
    '\\': '＼',
    '#': '＃',
    '+': '＋',
    '-': '－',
  },
};
const widened = (sign: string): string => fullWidth[sign] ?? ' ';

/** Without emphasis, code, mentions, links, emoji, lists. An underscore inside of a word stays: `order_events`. */
export function withoutMarks(text: string): string {
  return withoutControls(text)
    .replace(/[*`~@\\]/g, widened)
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '＿')
    .replaceAll('](', '］（')
    .replace(/:(?=\/\/)|:(?=[a-z+-][\w+-]*:)/gi, '：')
    .replace(/^(\s*)([#+-])/, (_whole, blanks: string, sign: string) => blanks + widened(sign));
}

/** The same without tags and entities, for markdown that knows HTML. */
export function withoutMarkup(text: string): string {
  return withoutMarks(text)
    .replace(/[<>]/g, widened)
    .replace(/&(?=#|[a-z]+;)/gi, '＆');
}

/** As many of the parts as fit into so many bytes of UTF-8 with what joins them, and how many were left out. */
export function fitting(
  parts: readonly string[],
  joint: string,
  maxBytes: number,
): { text: string; left: number } {
  const taken: string[] = [];
  let bytes = 0;
  for (const part of parts) {
    bytes += Buffer.byteLength(taken.length === 0 ? part : joint + part);
    if (bytes > maxBytes) break;
    taken.push(part);
  }
  return { text: taken.join(joint), left: parts.length - taken.length };
}

/** `and 12 more` */
export const leftOut = (count: number): string[] => (count === 0 ? [] : [`and ${String(count)} more`]);
