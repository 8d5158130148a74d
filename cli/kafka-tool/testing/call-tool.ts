/** Test support: one call of a Kafka tool, with what it is given and what it printed. */
import { CommandError } from '../../command-error.ts';
import type { KafkaTool } from '../tool-surroundings.ts';

export interface Called {
  readonly status: number;
  /** Standard output as it came, lines and bytes. */
  readonly out: string;
  readonly err: readonly string[];
}

export interface CallOptions {
  readonly input?: string | AsyncIterable<Uint8Array>;
  /** Text of files by name; others cannot be read. */
  readonly files?: Readonly<Record<string, string>>;
  readonly defaultBootstrap?: string;
  readonly stopped?: AbortSignal;
  /** Told what standard output got so far. */
  readonly onOutput?: (out: string) => void;
}

export async function callTool(
  tool: KafkaTool,
  argv: readonly string[],
  { input = '', files = {}, defaultBootstrap = '127.0.0.1:1', stopped, onOutput }: CallOptions = {},
): Promise<Called> {
  let out = '';
  const err: string[] = [];
  const append = (text: string): void => {
    out += text;
    onOutput?.(out);
  };
  const status = await tool(argv, {
    ...{ defaultBootstrap, isInteractive: false, stopped: stopped ?? new AbortController().signal },
    print: (line) => append(`${line}\n`),
    say: (line) => err.push(line),
    write: (bytes) => Promise.resolve(append(Buffer.from(bytes).toString('utf8'))).then(() => true),
    input: typeof input === 'string' ? chunksOf(input) : input,
    readText(file) {
      const text = files[file];
      if (text === undefined) throw new CommandError(`${file}: the file cannot be read (ENOENT).`);
      return text;
    },
  });
  return { status, out, err };
}

/** In pieces that cut through lines and letters. */
async function* chunksOf(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += 7)
    yield await Promise.resolve(bytes.subarray(start, start + 7));
}
