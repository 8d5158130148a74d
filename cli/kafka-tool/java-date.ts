/**
 * A time as java.text.SimpleDateFormat prints it, in the time zone of this machine and in English: the letters G y M L d D H h k K m s S
 * a E u Z z X, and texts in quotes.
 */
import { CommandError } from '../command-error.ts';

const MONTHS = 'January February March April May June July August September October November December'.split(' '); // prettier-ignore
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const SHORT_NAME = 3;
const DAY_MS = 86_400_000;

const padded = (value: number, width: number): string => String(value).padStart(width, '0');
const named = (name: string, width: number): string =>
  width > SHORT_NAME ? name : name.slice(0, SHORT_NAME);

function zone(date: Date, separator: string): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${padded(Math.floor(size / 60), 2)}${separator}${padded(size % 60, 2)}`;
}

function zoneName(date: Date, width: number): string {
  const timeZoneName = width > SHORT_NAME ? 'long' : 'short';
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName }).formatToParts(date);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

const dayOfYear = (date: Date): number =>
  Math.round((Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - Date.UTC(date.getFullYear(), 0, 1)) / DAY_MS) + 1; // prettier-ignore

type Field = (date: Date, width: number) => string;
const year: Field = (date, width) =>
  width === 2 ? padded(date.getFullYear() % 100, 2) : padded(date.getFullYear(), width);
const month: Field = (date, width) =>
  width < SHORT_NAME ? padded(date.getMonth() + 1, width) : named(MONTHS[date.getMonth()] ?? '', width);

const FIELDS: Readonly<Record<string, Field>> = {
  G: () => 'AD',
  ...{ y: year, M: month, L: month },
  d: (date, width) => padded(date.getDate(), width),
  D: (date, width) => padded(dayOfYear(date), width),
  H: (date, width) => padded(date.getHours(), width),
  h: (date, width) => padded(date.getHours() % 12 || 12, width),
  k: (date, width) => padded(date.getHours() || 24, width),
  K: (date, width) => padded(date.getHours() % 12, width),
  m: (date, width) => padded(date.getMinutes(), width),
  s: (date, width) => padded(date.getSeconds(), width),
  S: (date, width) => padded(date.getMilliseconds(), width),
  a: (date) => (date.getHours() < 12 ? 'AM' : 'PM'),
  E: (date, width) => named(DAYS[date.getDay()] ?? '', width),
  u: (date, width) => padded(date.getDay() || 7, width),
  Z: (date) => zone(date, ''),
  z: zoneName,
  X: (date, width) =>
    date.getTimezoneOffset() === 0 ? 'Z' : zone(date, ':').slice(0, width === 1 ? 3 : undefined),
};

/** @throws CommandError for a letter that means nothing, or a quote without its end */
export function javaDateFormat(pattern: string): (epochMs: number) => string {
  const parts = pattern.match(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|'/g) ?? [];
  const printers = parts.map((part): ((date: Date) => string) => {
    if (part === "''") return () => "'";
    if (part === "'") throw new CommandError('Unterminated quote');
    if (part.startsWith("'")) return () => part.slice(1, -1).replaceAll("''", "'");
    if (!/^[A-Za-z]/.test(part)) return () => part;
    const field = FIELDS[part.charAt(0)];
    if (field === undefined) throw new CommandError(`Illegal pattern character '${part.charAt(0)}'`);
    return (date) => field(date, part.length);
  });
  return (epochMs) => printers.map((printer) => printer(new Date(epochMs))).join('');
}
