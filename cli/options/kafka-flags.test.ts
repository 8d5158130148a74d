import { describe, expect, test } from 'vitest';
import { CommandError } from '../command-error.ts';
import { onlyInteger, onlyValue, parseKafkaFlags, type KafkaFlag } from './kafka-flags.ts';

const flags: readonly KafkaFlag[] = [
  { name: 'deep' },
  { name: 'files', value: 'required' },
  { name: 'max', value: 'required' },
  { name: 'class', value: 'optional' },
];
const parse = (...argv: string[]) => parseKafkaFlags(argv, flags);
const message = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof CommandError && error.exitStatus === 1) return error.message;
    throw error;
  }
  return 'no error';
};

describe('flags of the Kafka tools', () => {
  test('a value stands behind its flag or an equals sign, with one dash or two', () => {
    for (const argv of [['--files', 'a,b'], ['--files=a,b'], ['-files', 'a,b'], ['-files=a,b']])
      expect(onlyValue(parse(...argv), 'files')).toBe('a,b');
    expect(onlyValue(parse('--files', '--deep'), 'files')).toBe('--deep');
    expect(onlyValue(parse('--files='), 'files')).toBe('');
  });

  test('a switch takes no value, an optional value is no flag', () => {
    expect(parse('--deep=true').has('deep')).toBe(true);
    expect([...parse('--class', '--deep').keys()]).toEqual(['class', 'deep']);
    expect(onlyValue(parse('--class'), 'class')).toBeUndefined();
    expect(onlyValue(parse('--class', 'x'), 'class')).toBe('x');
  });

  test('other words are ignored, and all behind --', () => {
    expect([...parse('word', '-', '--deep', 'more').keys()]).toEqual(['deep']);
    expect([...parse('--', '--unknown').keys()]).toEqual([]);
  });

  test.each([
    [() => parse('--foo'), 'foo is not a recognized option'],
    [() => parse('--dee'), 'dee is not a recognized option'],
    [() => parse('--files'), 'Option files requires an argument'],
    [
      () => onlyValue(parse('--files', 'a', '--files', 'b'), 'files'),
      'Found multiple arguments for option files, but you asked for only one',
    ],
    [() => onlyInteger(parse('--max', 'x'), 'max', 1), "Cannot parse argument 'x' of option max"],
    [
      () => onlyInteger(parse('--max', '2147483648'), 'max', 1),
      "Cannot parse argument '2147483648' of option max",
    ],
    [() => onlyInteger(parse('--max', '1.5'), 'max', 1), "Cannot parse argument '1.5' of option max"],
  ])('says what is wrong: %s', (work, words) => {
    expect(message(work)).toBe(words);
  });

  test('integers of 32 bits', () => {
    expect(onlyInteger(parse(), 'max', 7)).toBe(7);
    expect(onlyInteger(parse('--max', '-2147483648'), 'max', 7)).toBe(-2_147_483_648);
    expect(onlyInteger(parse('--max', '2147483647'), 'max', 7)).toBe(2_147_483_647);
  });
});
