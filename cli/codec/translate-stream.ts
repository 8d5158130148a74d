/** What `aquila codec encode|decode` does: JSON lines from standard input to standard output, for looking into a capture. */
import { createInterface } from 'node:readline';
import { translateLine } from './translate-line.ts';
import { usageError } from '../command-error.ts';
import { lastValue, parseFlags } from '../options/parse-flags.ts';

/** Returns the exit status: 1 when at least one line could not be read. */
export async function translateStream(
  argv: readonly string[],
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<number> {
  const parsed = parseFlags(argv, [{ flag: '--bytes', value: 'hex|base64' }], 'codec');
  const [direction, ...others] = parsed.positionals;
  if ((direction !== 'encode' && direction !== 'decode') || others.length > 0) {
    throw usageError('codec encode or codec decode, with JSON lines on standard input.');
  }
  const bytesForm = lastValue(parsed, '--bytes') ?? null;
  if (bytesForm !== null && bytesForm !== 'hex' && bytesForm !== 'base64')
    throw usageError('--bytes is hex or base64.');
  let failed = false;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    const translated = translateLine(line, direction, bytesForm);
    failed ||= translated.failed;
    if (!output.write(`${translated.text}\n`)) await new Promise((resolve) => output.once('drain', resolve));
  }
  return failed ? 1 : 0;
}
