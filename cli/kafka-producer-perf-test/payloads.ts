/** What the records hold: letters by chance, texts of a file in any order, or a number that grows. Pure. */
import { CommandError } from '../command-error.ts';

export type PayloadSource =
  | { readonly kind: 'size'; readonly bytes: number }
  | { readonly kind: 'texts'; readonly texts: readonly Buffer[] }
  | { readonly kind: 'monotonic' };

const LETTERS = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
const SEED = 0x9e3779b9;

/** Gives the payload of the record with that number, the same ones in each run. */
export function payloads(source: PayloadSource): (record: number) => Buffer {
  let state = SEED;
  /** 0 up to `limit`, without it; xorshift32 (Marsaglia 2003). */
  const next = (limit: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  if (source.kind === 'monotonic') return (record) => Buffer.from(String(record));
  if (source.kind === 'texts') {
    const { texts } = source;
    return () => texts[next(texts.length)] ?? Buffer.alloc(0);
  }
  const { bytes } = source;
  return () => {
    const payload = Buffer.allocUnsafe(bytes);
    for (let index = 0; index < bytes; index += 1) payload[index] = LETTERS[next(LETTERS.length)] ?? 0;
    return payload;
  };
}

/** The texts between delimiters (a regular expression, as Java's Scanner has it), empty ones too. @throws CommandError */
export function textsOf(content: string, delimiter: string): Buffer[] {
  if (content === '') throw new CommandError('File does not exist or empty file provided.');
  let pattern: RegExp;
  try {
    pattern = new RegExp(delimiter, 'u');
  } catch {
    throw new CommandError(`--payload-delimiter ${delimiter}: this is no regular expression.`);
  }
  const texts = content.split(pattern);
  if (texts[0] === '') texts.shift();
  if (texts.at(-1) === '') texts.pop();
  if (texts.length === 0) throw new CommandError('File does not exist or empty file provided.');
  return texts.map((text) => Buffer.from(text));
}
