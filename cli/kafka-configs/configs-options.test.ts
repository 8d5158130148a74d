import { describe, expect, it } from 'vitest';
import { parseKafkaFlags } from '../options/kafka-flags.ts';
import { credentialOf } from './access-configs.ts';
import { CONFIGS_FLAGS, readConfigsRequest } from './configs-options.ts';
import { quotaLines, scramLine } from './quota-lines.ts';

const FILES: Record<string, string> = { props: 'retention.ms = 5\ncleanup.policy=compact,delete\n' };
const read = (line: string) => {
  const argv = line.split(' ');
  return readConfigsRequest(argv, parseKafkaFlags(argv, CONFIGS_FLAGS), (file) => FILES[file] ?? '');
};
const set = (words: string) =>
  Object.fromEntries(
    readConfigsRequest(
      ['--alter', '--topic', 't', '--add-config', words],
      parseKafkaFlags(['--alter', '--topic', 't', '--add-config', words], CONFIGS_FLAGS),
      () => '',
    ).set,
  );

describe('entities', () => {
  it.each([
    ['--describe --entity-type topics', ['topics'], []],
    ['--describe --topic t', ['topics'], ['t']],
    ['--describe --broker-defaults', ['brokers'], ['']],
    ['--describe --entity-type users --entity-type clients', ['users', 'clients'], []],
    ['--describe --user alice --client-defaults', ['users', 'clients'], ['alice', '']],
    [
      '--describe --entity-type clients --entity-default --entity-type users --entity-name bob',
      ['clients', 'users'],
      ['', 'bob'],
    ],
    [
      '--describe --entity-type users --entity-name bob --entity-type clients --entity-default',
      ['users', 'clients'],
      ['bob', ''],
    ],
  ])('%s', (line, types, names) => {
    expect(read(line)).toMatchObject({ action: 'describe', types, names });
  });

  it.each([
    ['--entity-type topics', 'exactly one action'],
    ['--alter --describe --entity-type topics', 'exactly one action'],
    [
      '--describe --entity-type topics --add-config a=b',
      `Option "[describe]" can't be used with option "[add-config]"`,
    ],
    ['--describe', 'At least one entity type must be specified'],
    ['--describe --entity-type topic', 'Invalid entity type topic, the entity type must be one of topics,'],
    ['--describe --entity-type users --user x', 'Duplicate entity type(s) specified: users'],
    ['--describe --entity-type topics --client x', "Only 'users' and 'clients' entity types"],
    ['--describe --entity-type clients --user x', '--entity-{type,name,default} should not be used'],
    ['--describe --entity-type brokers --entity-name x', 'must be a valid integer broker id, but it is: x'],
    ['--describe --entity-type topics --entity-default', '--entity-default must not be specified with --describe of topics'], // prettier-ignore
    ['--describe --entity-type broker-loggers', 'An entity name must be specified with --describe of broker-loggers'], // prettier-ignore
    ['--describe --ip 1/2', 'must be a valid IP or resolvable host, but it is: 1/2'],
    ['--alter --entity-type users --add-config a=b', 'An entity-name or default entity must be specified'],
    ['--alter --entity-type topics --add-config a=b', 'An entity name must be specified with --alter of topics'], // prettier-ignore
    ['--alter --topic t', 'At least one of --add-config, --add-config-file, or --delete-config'],
    ['--alter --topic t --add-config a=b --add-config-file props', 'Only one of --add-config'],
    ['--alter --user u --entity-name x --add-config a=b', '--entity-{type,name,default} should not be used'],
    [
      '--alter --entity-type users --entity-type clients --entity-name x --add-config a=b',
      'An entity name must be specified for every entity type',
    ],
    ['--describe --topic t --bootstrap-controller c:1', '--bootstrap-controller cannot be used here'],
  ])('refuses %s', (line, words) => {
    expect(() => read(line)).toThrow(words);
  });
});

describe('what to set', () => {
  it.each([
    ['a=b', { a: 'b' }],
    ['k1=v1,k2=[v1,v2,v2],k3=v3', { k1: 'v1', k2: 'v1,v2,v2', k3: 'v3' }],
    ['a = b , c=', { a: 'b', c: '' }],
    ['SCRAM-SHA-256=[iterations=8192,password=a=b]', { 'SCRAM-SHA-256': 'iterations=8192,password=a=b' }],
    ['a=b,', { a: 'b' }],
  ])('%s', (words, expected) => {
    expect(set(words)).toEqual(expected);
  });

  it.each([
    ['a', 'requirement failed: Invalid entity config'],
    ['a=b=c', 'requirement failed: Invalid entity config'],
    ['a=b,c', 'requirement failed: Invalid entity config'],
    ['a b=c', 'Invalid character found for config key: a b'],
  ])('refuses %s', (words, message) => {
    expect(() => set(words)).toThrow(message);
  });

  it('is read from a file, too', () => {
    const { set: told, remove } = read('--alter --topic t --add-config-file props --delete-config a,b --delete-config c'); // prettier-ignore
    expect(Object.fromEntries(told)).toEqual({ 'retention.ms': '5', 'cleanup.policy': 'compact,delete' });
    expect(remove).toEqual(['a', 'b', 'c']);
  });

  it('is a credential with at least so many iterations', () => {
    const of = (text: string) => credentialOf('SCRAM-SHA-512', text);
    expect(of('password=a,b=c')).toEqual({ mechanism: 'SCRAM-SHA-512', iterations: 4_096, password: 'a,b=c' }); // prettier-ignore
    expect(of('iterations=-1,password=x').iterations).toBe(4_096);
    expect(of('iterations=8192,password=x').iterations).toBe(8_192);
    expect(() => of('iterations=4095,password=x')).toThrow(
      'Iterations 4095 is less than the minimum 4096 required for SCRAM-SHA-512',
    );
    expect(() => of('x')).toThrow('Invalid credential property SCRAM_SHA_512=x');
  });
});

describe('lines', () => {
  const values = ['producer_byte_rate', 'consumer_byte_rate', 'request_percentage'].map((key, index) => ({
    ...{ key, value: [1_048_576, 20_971_520, 150.5][index] ?? 0 },
  }));
  const user = (entityName: string | null) => ({ entityType: 'user', entityName });
  const client = (entityName: string | null) => ({ entityType: 'client-id', entityName });

  it('stand in the order of Java, and so do the quotas in them', () => {
    const names = ['alice', null, 'bob', 'carol', 'zoe'];
    const lines = quotaLines(names.map((name) => ({ entity: [user(name)], values: values.slice(0, 1) })));
    expect(lines.map((line) => line.replace(/ are .*/, '').replace('Quota configs for ', ''))).toEqual([
      "user-principal 'bob'",
      'the default user-principal',
      "user-principal 'alice'",
      "user-principal 'zoe'",
      "user-principal 'carol'",
    ]);
    const pairs = names.slice(0, 1).concat('bob').flatMap((name) => ['app', null].map((id) => ({ entity: [user(name), client(id)], values: [] }))); // prettier-ignore
    const among = (name: string, id: string) => `Quota configs for user-principal '${name}', ${id} are `;
    expect(quotaLines(pairs)).toEqual([
      among('alice', "client-id 'app'"),
      among('bob', 'the default client-id'),
      among('bob', "client-id 'app'"),
      among('alice', 'the default client-id'),
    ]);
    expect(quotaLines([{ entity: [{ entityType: 'ip', entityName: '::1' }], values }])).toEqual([
      "Quota configs for ip '::1' are consumer_byte_rate=2.097152E7, producer_byte_rate=1048576.0, request_percentage=150.5",
    ]);
  });

  it('tell of credentials, or why not', () => {
    const told = { user: 'a', errorCode: 0, errorMessage: null };
    const credentials = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].map((mechanism) => ({ mechanism, iterations: 4_096 })); // prettier-ignore
    expect(scramLine({ ...told, credentials })).toBe(
      "SCRAM credential configs for user-principal 'a' are SCRAM-SHA-256=iterations=4096, SCRAM-SHA-512=iterations=4096",
    );
    expect(scramLine({ ...told, errorCode: 91, errorMessage: 'no', credentials: [] })).toBe(
      "Error retrieving SCRAM credential configs for user-principal 'a': no",
    );
  });
});
