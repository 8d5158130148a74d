/**
 * Fetches of 1 MiB from a segment in the page cache, in megabytes per CPU-second of the serving process: the broker,
 * beside a bare process that reads a piece of the same file and writes it to the socket, and one that computes CRC-32C
 * on the way as the broker does. Rounds alternate.
 */
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchRequest } from '../protocol/messages/01-fetch.ts';
import { produceRequest, produceResponse } from '../protocol/messages/00-produce.ts';
import { setBaseOffset } from '../protocol/records/record-batch.ts';
import { readMessage } from '../protocol/schema/codec.ts';
import { readResponseHeader } from '../protocol/wire/framing.ts';
import { Reader } from '../protocol/wire/reader.ts';
import { batchOfRecords, recordsInBatch } from './bench-batches.ts';
import { startBrokerProcess, type BrokerProcess } from './broker-process.ts';
import { figure, median } from './figure.ts';
import { cpuSecondsOf } from './process-cpu.ts';
import { createTopic } from './topics.ts';
import { RawClient, requestBytes } from './raw-requests.ts';

const topic = 'served';
const pieceBytes = 1_048_576;
const segmentBytes = 134_217_728;
const roundsCount = 70;
/** Rounds in which the engine compiles what it has seen often enough: a broker runs for weeks. */
const warmRounds = 30;

async function fill(client: RawClient): Promise<number> {
  const batch = batchOfRecords();
  const count = Math.floor(segmentBytes / batch.length);
  for (let index = 0; index < count; index++) {
    setBaseOffset(batch, 0, 0);
    const partitionData = [{ index: 0, records: batch }];
    const request = requestBytes(produceRequest, 9, {
      acks: 1,
      timeoutMs: 10_000,
      topicData: [{ name: topic, partitionData }],
    });
    const reader = new Reader(await client.ask(request));
    readResponseHeader(reader, produceResponse, 9);
    const answer = readMessage(produceResponse, 9, reader).responses[0]?.partitionResponses[0];
    if (answer?.errorCode !== 0)
      throw new Error(`the produce was refused with error ${String(answer?.errorCode)}`);
  }
  return count;
}

/** One request per piece, of one size: what each fetch gives is known beforehand. */
function fetchesOf(batches: number): Buffer[] {
  const batchBytes = batchOfRecords().length;
  const batchesInPiece = Math.floor(pieceBytes / batchBytes);
  return Array.from({ length: Math.floor(batches / batchesInPiece) }, (_, piece) => {
    const fetchOffset = BigInt(piece * batchesInPiece * recordsInBatch);
    return requestBytes(fetchRequest, 12, {
      maxWaitMs: 1_000,
      minBytes: 1,
      maxBytes: pieceBytes,
      topics: [{ topic, partitions: [{ partition: 0, fetchOffset, partitionMaxBytes: pieceBytes }] }],
    });
  });
}

interface Served {
  readonly megabytes: number;
  readonly cpuSeconds: number;
}

async function round(
  client: RawClient,
  requests: readonly Buffer[],
  pid: number,
  answerBytes: number | null,
) {
  const before = cpuSecondsOf(pid) ?? Number.NaN;
  let bytes = 0;
  for (const request of requests) {
    const answer = await client.askForMuch(request, answerBytes);
    bytes += answerBytes ?? answer.readInt32BE(0);
  }
  return { megabytes: bytes / 1e6, cpuSeconds: (cpuSecondsOf(pid) ?? Number.NaN) - before };
}

interface BareServer {
  readonly child: ChildProcess;
  readonly client: RawClient;
}

/** `checkedBytes`: of a batch over which the checksum is computed, 0 for none. */
async function startBare(file: string, request: Buffer, checkedBytes: number): Promise<BareServer> {
  const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'bare-serving.ts');
  const child = fork(program, [file, String(pieceBytes), String(request.length), String(checkedBytes)]);
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (told) => resolve(Number(told)));
    child.once('exit', (code) => reject(new Error(`the bare server ended with ${String(code)}`)));
  });
  return { child, client: await RawClient.connect(port) };
}

const rate = ({ megabytes, cpuSeconds }: Served): number => megabytes / cpuSeconds;

async function compare(broker: BrokerProcess): Promise<void> {
  await createTopic(broker.address, topic, 1);
  const client = await RawClient.connect(broker.port);
  const requests = fetchesOf(await fill(client));
  const file = path.join(broker.logDirectory, `${topic}-0`, `${'0'.repeat(20)}.log`);
  const request = requests[0] ?? Buffer.alloc(0);
  const bare = await startBare(file, request, 0);
  const checked = await startBare(file, request, batchOfRecords().length);
  const rates = { bare: [] as number[], checked: [] as number[], ours: [] as number[] };
  try {
    for (let index = 0; index < roundsCount; index++) {
      const bareRound = await round(bare.client, requests, bare.child.pid ?? 0, pieceBytes);
      const checkedRound = await round(checked.client, requests, checked.child.pid ?? 0, pieceBytes);
      const brokerRound = await round(client, requests, broker.pid, null);
      if (index < warmRounds) continue;
      rates.bare.push(rate(bareRound));
      rates.checked.push(rate(checkedRound));
      rates.ours.push(rate(brokerRound));
    }
  } finally {
    for (const server of [bare, checked]) {
      server.client.close();
      server.child.disconnect();
    }
    client.close();
  }
  const [bareRate, checkedRate, ourRate] = [median(rates.bare), median(rates.checked), median(rates.ours)];
  figure('fetch, bare readSync and write', `${Math.round(bareRate)} MB per CPU-second`);
  figure('fetch, the same with CRC-32C', `${Math.round(checkedRate)} MB per CPU-second`);
  figure('fetch, 1 MiB at a time from one segment', `${Math.round(ourRate)} MB per CPU-second`);
  figure('  of the bare loop (goal: at least 0.7)', (ourRate / bareRate).toFixed(2));
  figure('  of the bare loop with CRC-32C', (ourRate / checkedRate).toFixed(2));
}

export async function benchFetchServing(): Promise<void> {
  const broker = await startBrokerProcess();
  try {
    if (cpuSecondsOf(broker.pid) === null)
      console.log('  (this system does not tell the CPU time of a process: without figures)');
    else await compare(broker);
  } finally {
    await broker.stop();
  }
}
