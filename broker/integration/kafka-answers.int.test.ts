/**
 * The same frames that Apache Kafka was asked with, and the same answers, but for those named here: where Kafka fails with
 * UNKNOWN_SERVER_ERROR we say what is wrong, and what no reader could read, or would lose records in silence, is not stored.
 * (Kafka's answers are recorded: see record-answers.ts.)
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { askOldFetches, askOldOffsets, askProduce, type ProduceAnswer } from './asked-answers.ts';
import { type TestBroker, startTestBroker } from './broker-harness.ts';
import { legacyCases } from './legacy-cases.ts';
import { produceCases } from './produce-cases.ts';

const { CORRUPT_MESSAGE, INVALID_RECORD, MESSAGE_TOO_LARGE, UNSUPPORTED_COMPRESSION_TYPE } = ErrorCode;

type Recorded = [section: string, name: string, answer: ProduceAnswer];
const recorded = readFileSync(new URL('kafka-answers.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

function answersOf(section: string): [name: string, answer: ProduceAnswer][] {
  return recorded.filter(([of]) => of === section).map(([, name, answer]) => [name, answer]);
}

/** Where we answer otherwise; the first that fits counts. */
const otherwise: readonly (readonly [pattern: RegExp, code: number, why: string])[] = [
  [/offset deltas? /, INVALID_RECORD, 'offsets in disorder, which Kafka stores when nothing is compressed'],
  [/record length (too|-1)/, INVALID_RECORD, 'lengths that lie, which Kafka does not read when compressed'],
  [
    /^\w+: ((key|value) length -[23]|header value -2)/,
    INVALID_RECORD,
    'Kafka takes any negative length as null',
  ],
  [/^(seventeen|thirty) zero bytes/, INVALID_RECORD, 'another name for what cannot be a batch'],
  [
    /^(five bytes|a cut batch) behind/,
    INVALID_RECORD,
    'Kafka cuts off the rest, and answers that all is well',
  ],
  [/^length 2\^31-1/, INVALID_RECORD, 'an overflow in Kafka'],
  [/^codec [567]/, INVALID_RECORD, 'Kafka fails'],
  [/none: overlong varint/, INVALID_RECORD, 'Kafka fails'],
  [/^zstd: empty section/, CORRUPT_MESSAGE, 'not even a frame'],
  [/^gzip, garbage behind/, CORRUPT_MESSAGE, 'Java skips what follows the stream'],
  [/^bomb|four gigabytes/, MESSAGE_TOO_LARGE, 'Kafka unpacks it'],
  [/^producer id (-2|2\^60|without epoch)/, INVALID_RECORD, 'nobody was given such an id'],
  [/^v\d magic \d: .*length (-2|beyond)/, CORRUPT_MESSAGE, 'Kafka fails, or takes it as null'],
  [
    /^v\d .*(cut|five bytes behind)$/,
    CORRUPT_MESSAGE,
    'Kafka drops what is cut off, and answers that all is well',
  ],
  [/^v\d magic \d: codec 5/, INVALID_RECORD, 'Kafka fails'],
  [/^v2 time -5$/, INVALID_RECORD, 'Kafka fails'],
  [/^v2 (nothing|five bytes)$/, INVALID_RECORD, 'Kafka stores nothing, and answers that all is well'],
  [/^v2 magic 2$/, CORRUPT_MESSAGE, 'Kafka looks for a transaction in it before its checksum'],
  [/^v2 a zstd batch/, UNSUPPORTED_COMPRESSION_TYPE, 'no client of this version knows zstd'],
];

/** Apache Kafka's answer, or ours where it is known to differ. */
function expected(name: string, kafka: ProduceAnswer): ProduceAnswer {
  const different = otherwise.find(([pattern]) => pattern.test(name));
  if (different !== undefined) return [different[1]];
  // Broken compression makes Kafka fail.
  if (kafka[0] === -1) return [CORRUPT_MESSAGE];
  return kafka;
}

let broker: TestBroker;
beforeAll(async () => {
  broker = await startTestBroker();
});
afterAll(() => broker.remove());

describe.each([
  ['4.3.1', produceCases],
  ['3.9.1', legacyCases],
] as const)('Produce as Apache Kafka %s answers it', (version, cases) => {
  it('code by code, and byte by byte what is stored', async () => {
    const ours = await askProduce(broker.port, cases);
    const kafka = answersOf(`produce ${version}`);
    expect(kafka.map(([name]) => name)).toEqual(cases.map(({ name }) => name));
    expect(ours).toEqual(Object.fromEntries(kafka.map(([name, answer]) => [name, expected(name, answer)])));
    expect(broker.lines.filter((line) => line.startsWith('ERROR'))).toEqual([]);
  });
});

it('no difference that is named is none', () => {
  const all = [...answersOf('produce 4.3.1'), ...answersOf('produce 3.9.1')];
  const idle = otherwise.filter(
    ([pattern, code]) => !all.some(([name, kafka]) => pattern.test(name) && kafka[0] !== code),
  );
  expect(idle).toEqual([]);
});

it('Fetch 0 to 3 gives the messages that Apache Kafka 3.9.1 gives', async () => {
  const ours = await askOldFetches(broker.port);
  expect(ours).toEqual(answersOf('fetch 3.9.1').map(([, answer]) => answer));
});

it('ListOffsets 0 gives the offsets that Apache Kafka 3.9.1 gives', async () => {
  const ours = await askOldOffsets(broker.port);
  expect(ours).toEqual(answersOf('offsets 3.9.1').map(([, answer]) => answer));
});
