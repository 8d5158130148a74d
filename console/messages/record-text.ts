/**
 * Bytes of a record as something that can be shown: text where they are text, base64 where they are not, cut to a length that hurts
 * no page, always with the true size. Pure.
 */

export interface ShownBytes {
  readonly text: string;
  readonly encoding: 'text' | 'base64';
  /** Of all bytes, also of those that are cut off. */
  readonly sizeBytes: number;
  readonly isCut: boolean;
}

/** Control characters that texts have; the others say that these bytes are no text. */
const binary = /[^\P{Cc}\t\n\r]/u;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** The longest character of UTF-8 but for its first byte. */
const CHARACTER_REST_BYTES = 3;

/** Null for null. At most `maxBytes` of the bytes are in it. */
export function shownBytes(bytes: Buffer | null, maxBytes: number): ShownBytes | null {
  if (bytes === null) return null;
  const isCut = bytes.length > maxBytes;
  const shown = isCut ? bytes.subarray(0, maxBytes) : bytes;
  const size = { sizeBytes: bytes.length, isCut };
  const text = textOf(shown, isCut);
  return text === null
    ? { text: shown.toString('base64'), encoding: 'base64', ...size }
    : { text, encoding: 'text', ...size };
}

/** Null when it is none. A character that the cut went through is left out. */
function textOf(bytes: Buffer, isCut: boolean): string | null {
  for (let rest = 0; rest <= (isCut ? CHARACTER_REST_BYTES : 0) && rest <= bytes.length; rest++) {
    try {
      const text = decoder.decode(bytes.subarray(0, bytes.length - rest));
      return binary.test(text) ? null : text;
    } catch {
      continue;
    }
  }
  return null;
}
