/**
 * Our output against that of Apache Kafka 4.3.1's tool, byte for byte. golden/ has files written by the classes of Apache Kafka 4.3.1
 * (MemoryRecords, the generated records of its coordinators and its controller, all in every version), with broken ones made
 * of them; outputs.jsonl has what the tool printed about them: `DIRECTORY` stands for where they lay.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runDump } from './run-dump.ts';

const GOLDEN = fileURLToPath(new URL('./golden', import.meta.url));

interface Golden {
  readonly directory: string;
  readonly argv: readonly string[];
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const all = readFileSync(`${GOLDEN}/outputs.jsonl`, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Golden);

/** Files are named relative to their directory, which a test cannot make its own. */
function absolute(argv: readonly string[], directory: string): string[] {
  return argv.map((word, index) =>
    /^--?files$/.test(argv[index - 1] ?? '')
      ? word
          .split(',')
          .map((name) => `${directory}/${name}`)
          .join(',')
      : word,
  );
}

/** Why exactly a record cannot be decoded is said in words of Java there, in ours here. */
function comparable(text: string): string {
  return text.replaceAll(/ due to: .*\.$/gm, ' due to: a reason.');
}

describe('kafka-dump-log prints what Apache Kafka prints', () => {
  test.each(all)('$directory $argv', async ({ directory, argv, status, stdout, stderr }) => {
    const path = `${GOLDEN}/${directory}`;
    let written = '';
    let complaints = '';
    const sink = {
      write: (text: string) => Promise.resolve((written += text) !== ''),
      complain: (line: string) => (complaints += `${line}\n`),
    };
    const ended = await runDump(absolute(argv, path), sink);
    expect(comparable(written.replaceAll(`${path}/`, ''))).toBe(comparable(stdout));
    expect(complaints.replaceAll(`${path}/`, '')).toBe(stderr.replaceAll('DIRECTORY/', ''));
    expect(ended).toBe(status);
  });
});
