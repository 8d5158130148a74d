/**
 * Bytes as text, the way Java makes a String of UTF-8: it puts the replacement character for other stretches of broken bytes than
 * the WHATWG decoder does (a surrogate's three bytes are one, a cut-off end is one). Whole UTF-8 takes the fast way.
 */
import { isUtf8 } from 'node:buffer';

const REPLACEMENT = '\uFFFD';

export function javaText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  let position = 0;
  while (position < bytes.length) {
    const length = wholeLength(bytes, position);
    if (length > 0) {
      text += bytes.toString('utf8', position, position + length);
      position += length;
    } else {
      text += REPLACEMENT;
      position += brokenLength(bytes, position);
    }
  }
  return text;
}

/** Bytes of the character at `position`, or 0 when it is broken. */
function wholeLength(bytes: Buffer, position: number): number {
  const length = lengthByFirst(bytes[position] ?? 0);
  return length > 0 && isUtf8(bytes.subarray(position, position + length)) ? length : 0;
}

function lengthByFirst(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf8 ? 4 : 0;
}

/** How many bytes become one replacement character. */
function brokenLength(bytes: Buffer, position: number): number {
  const left = bytes.length - position;
  const first = bytes[position] ?? 0;
  const [second, third] = [bytes[position + 1], bytes[position + 2]];
  const length = lengthByFirst(first);
  if (length < 3 || first > 0xf4) return 1;
  if (second === undefined) return left;
  if (!isContinuation(second) || !fits(first, second)) return 1;
  if (third === undefined) return left;
  if (!isContinuation(third)) return 2;
  // A surrogate is broken as a whole; four bytes without their last one are three.
  return 3;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** Whether the second byte is possible after the first: no longer form than needed, nothing above U+10FFFF. */
function fits(first: number, second: number): boolean {
  if (first === 0xe0) return second >= 0xa0;
  if (first === 0xf0) return second >= 0x90;
  return first !== 0xf4 || second < 0x90;
}
