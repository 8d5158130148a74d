import { describe, expect, it } from 'vitest';
import { parseKafkaFlags } from '../options/kafka-flags.ts';
import { payloads, textsOf } from './payloads.ts';
import { PERF_FLAGS, readPerfOptions } from './perf-options.ts';
import { waitMsFor } from './throttle.ts';

const NEEDED = ['--topic', 't', '--num-records', '10', '--throughput', '-1', '--bootstrap-server', 'h:1'];

function read(...argv: string[]) {
  const lines: string[] = [];
  const files: Record<string, string> = { texts: 'a\n\nb\n', props: 'acks=1\nlinger.ms=7\n' };
  const options = readPerfOptions(
    parseKafkaFlags(argv, PERF_FLAGS),
    (file) => files[file] ?? '',
    (line) => lines.push(line),
  );
  return { ...options, properties: Object.fromEntries(options.properties), lines };
}

describe('the command line', () => {
  it('takes several properties behind one flag, over those of a file', () => {
    const flags = ['--record-size', '100', '--command-config', 'props', '--command-property', 'acks=all', 'client.id=x']; // prettier-ignore
    const { properties, throughput, lines } = read(...NEEDED, ...flags);
    expect(properties).toEqual({ acks: 'all', 'linger.ms': '7', 'client.id': 'x', 'bootstrap.servers': 'h:1' }); // prettier-ignore
    expect([throughput, lines]).toEqual([-1, []]);
  });

  it('takes the older names, with a line for each', () => {
    const older = ['--payload-monotonic', '--producer-props', 'bootstrap.servers=a:1', '--producer.config', 'props']; // prettier-ignore
    const { lines, properties, payload } = read(...NEEDED.slice(0, -2), ...older);
    expect(properties['bootstrap.servers']).toBe('a:1');
    expect(payload).toEqual({ kind: 'monotonic' });
    expect(lines).toEqual([
      'Option --producer-props has been deprecated and will be removed in a future version. Use --command-property instead.',
      'Option --producer.config has been deprecated and will be removed in a future version. Use --command-config instead.',
    ]);
  });

  it('takes texts from a file, and says how many', () => {
    const { lines, payload } = read(...NEEDED, '--payload-file', 'texts');
    expect(lines).toEqual([expect.stringMatching(/^Reading payloads from: \/.*texts$/), 'Number of records read: 3']); // prettier-ignore
    expect(payload).toMatchObject({ kind: 'texts', texts: [Buffer.from('a'), Buffer.alloc(0), Buffer.from('b')] }); // prettier-ignore
  });

  it.each([
    [['--record-size', '1'], null],
    [['--transactional-id', 'x'], { id: 'x', durationMs: 3_000 }],
    [
      ['--transaction-duration-ms', '50'],
      { id: expect.stringMatching(/^performance-producer-.{36}$/), durationMs: 50 },
    ],
    [['--command-property', 'transactional.id=y'], { id: 'y', durationMs: 3_000 }],
    [['--transactional-id', 'x', '--command-property', 'transactional.id=y'], { id: 'x', durationMs: 3_000 }],
  ])('writes in transactions with %j', (flags, transaction) => {
    const size = flags.includes('--record-size') ? [] : ['--record-size', '1'];
    const told = read(...NEEDED, ...flags, ...size);
    expect(told.transaction).toEqual(transaction);
    expect(told.properties).not.toHaveProperty('transactional.id');
  });

  it.each([
    [['--record-size', '0'], '--record-size should be greater than zero.'],
    [['--record-size', '1', '--payload-monotonic'], 'Exactly one of'],
    [['--record-size', '1', '--warmup-records', '10'], 'strictly fewer'],
    [['--record-size', '1', '--transaction-duration-ms', '0'], '--transaction-duration-ms should be'],
    [['--record-size', '1', '--reporting-interval', '0'], '--reporting-interval should be'],
    [
      ['--record-size', '1', '--producer-props', 'a=1', '--command-property', 'a=1'],
      'cannot be specified together',
    ],
    [['--record-size', '1', '--command-property', 'linger.ms'], 'Invalid property: linger.ms'],
    [['--record-size', '1', '--throughput', 'x'], 'Found multiple arguments'],
  ])('refuses %j', (flags, words) => {
    expect(() => read(...NEEDED, ...flags)).toThrow(words);
  });

  it('needs an address from somewhere', () => {
    expect(() => read(...NEEDED.slice(0, -2), '--record-size', '1')).toThrow(
      'At least one of --bootstrap-server',
    );
  });
});

describe('payloads', () => {
  it('are letters of the size wanted, each its own, and the same in each run', () => {
    const one = payloads({ kind: 'size', bytes: 5_000 });
    const first = one(0);
    expect(first.toString()).toMatch(/^[A-Z]{5000}$/);
    expect(new Set(first.toString()).size).toBe(26);
    expect(one(1)).not.toEqual(first);
    expect(payloads({ kind: 'size', bytes: 5_000 })(0)).toEqual(first);
  });

  it('are texts by chance, or numbers', () => {
    const texts = textsOf('a,b,c', ',');
    const one = payloads({ kind: 'texts', texts });
    const seen = new Set(Array.from({ length: 100 }, (_unused, index) => one(index).toString()));
    expect([...seen].sort()).toEqual(['a', 'b', 'c']);
    expect(payloads({ kind: 'monotonic' })(12).toString()).toBe('12');
  });

  it.each([
    ['a\n\nb\n', '\n', ['a', '', 'b']],
    ['\na\n\n', '\n', ['a', '']],
    ['a1b22c', '\\d+', ['a', 'b', 'c']],
  ])('between delimiters of %j', (content, delimiter, expected) => {
    expect(textsOf(content, delimiter).map(String)).toEqual(expected);
  });

  it('has no payloads without a text', () => {
    expect(() => textsOf('', '\n')).toThrow('File does not exist or empty file provided.');
    expect(() => textsOf('x', '(')).toThrow('no regular expression');
  });
});

it.each([
  [100, 0, -1, 0],
  [100, 50, 1_000, 50],
  [100, 99, 1_000, 0],
  [100, 200, 1_000, 0],
  [0, 10, 0, 0x7fff_ffff],
])('after %d records in %d ms at %d a second it waits %d ms', (sent, elapsedMs, perSecond, expected) => {
  expect(waitMsFor(sent, elapsedMs, perSecond)).toBe(expected);
});
