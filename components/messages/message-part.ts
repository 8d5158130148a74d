/**
 * A key, a value or a header as one looks at it: what it is (nothing, empty, text, bytes that are no text), how much of it is here,
 * its bytes. PURE. Whatever it holds, what becomes of it is bounded: a line, or so many characters.
 */
import type { Message } from '../../console/contracts/messages.ts';

export type PartKind = 'null' | 'empty' | 'text' | 'binary';

export interface MessagePart {
  readonly kind: PartKind;
  /** Text, or base64 of what is binary. */
  readonly content: string;
  /** Of all of it. */
  readonly sizeBytes: number;
}

interface Given {
  readonly content: string | null;
  readonly encoding: 'text' | 'base64';
  readonly sizeBytes: number;
}

const LINE_CHARACTERS = 400;

function partOf({ content, encoding, sizeBytes }: Given): MessagePart {
  if (content === null) return { kind: 'null', content: '', sizeBytes: 0 };
  if (sizeBytes === 0) return { kind: 'empty', content: '', sizeBytes };
  return { kind: encoding === 'text' ? 'text' : 'binary', content, sizeBytes };
}

export const keyOf = ({ key, keyEncoding, keySizeBytes }: Message): MessagePart =>
  partOf({ content: key, encoding: keyEncoding, sizeBytes: keySizeBytes });

export const valueOf = ({ value, valueEncoding, valueSizeBytes }: Message): MessagePart =>
  partOf({ content: value, encoding: valueEncoding, sizeBytes: valueSizeBytes });

export const headerOf = ({ value, valueEncoding, valueSizeBytes }: Message['headers'][number]): MessagePart =>
  partOf({ content: value, encoding: valueEncoding, sizeBytes: valueSizeBytes });

/** The bytes that are here. */
export function bytesOf({ kind, content }: MessagePart): Uint8Array<ArrayBuffer> {
  if (kind !== 'binary') return new TextEncoder().encode(content);
  return Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
}

/** How many bytes are here; fewer than its size when it was cut. */
export function shownSize(part: MessagePart): number {
  if (part.kind !== 'binary') return new TextEncoder().encode(part.content).length;
  const padding = part.content.endsWith('==') ? 2 : part.content.endsWith('=') ? 1 : 0;
  return (part.content.length / 4) * 3 - padding;
}

/** As much of a text as a row of a table can show, in one line. */
export function oneLine(text: string): string {
  return text.slice(0, LINE_CHARACTERS).replace(/\s+/g, ' ').trim();
}

/** A time that no clock has is none: then its number is all there is to show. */
export function isoTime(timestampMs: number | null): string | null {
  const date = new Date(timestampMs ?? NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

const two = (part: number): string => String(part).padStart(2, '0');

/** "2026-11-21 10:02:07.123" in local time: everything a record says of its time. */
export function exactTime(timestampMs: number): string {
  const date = new Date(timestampMs);
  const day = `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
