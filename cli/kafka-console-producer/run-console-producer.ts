/**
 * `kafka-console-producer`: writes each line of standard input as a record, as the tool of Apache Kafka 4.3.1 does. A prompt stands
 * where somebody types. What cannot be written is told on standard error and the rest goes on, with status 0; with `--sync` the
 * first failure ends it with status 1, and so does a line that cannot be read.
 */
import type { ClientError } from '../../kafka-client/client-error.ts';
import { RecordProducer } from '../../kafka-client/producer/record-producer.ts';
import type { RecordInput } from '../../protocol/records/encode-batch.ts';
import { openCluster } from '../kafka-tool/open-cluster.ts';
import { bootstrapOf, requireFlags, runTool } from '../kafka-tool/tool-flags.ts';
import type { KafkaTool, ToolSurroundings } from '../kafka-tool/tool-surroundings.ts';
import type { KafkaFlags } from '../options/kafka-flags.ts';
import { lineReader } from './line-reader.ts';
import { textLines } from './text-lines.ts';
import { PRODUCER_FLAGS, readProducerOptions } from './producer-options.ts';

export const runConsoleProducer: KafkaTool = (argv, surroundings) =>
  runTool(argv, surroundings, {
    flags: PRODUCER_FLAGS,
    purpose: 'This tool helps to read data from standard input and publish it to Kafka.',
    work: (flags) => produce(flags, surroundings),
  });

async function produce(flags: KafkaFlags, surroundings: ToolSurroundings): Promise<number> {
  const { readText, defaultBootstrap, print, say, input, isInteractive, write } = surroundings;
  requireFlags(flags, ['topic']);
  const bootstrap = bootstrapOf(flags);
  const { topic, sync, properties, settings, readerProperties } = readProducerOptions(flags, readText, print);
  const readLine = lineReader(readerProperties);
  const cluster = openCluster({
    ...{ bootstrap, defaultBootstrap, properties, readText },
    clientId: 'console-producer',
  });
  const producer = new RecordProducer(cluster, settings);
  const tellFailure = (record: RecordInput, failure: ClientError): void =>
    say(
      `ERROR Error when sending message to topic ${topic} with key: ${sizeText(record.key)}, value: ${sizeText(record.value)} with error: ${failure.message}`,
    );
  const prompt = async (): Promise<void> => {
    if (isInteractive) await write(Buffer.from('>'));
  };
  try {
    let lineNumber = 0;
    await prompt();
    for await (const line of textLines(input)) {
      lineNumber += 1;
      const record = { ...readLine(line, lineNumber), timestampMs: Date.now() };
      if (sync) await sendAndWait(producer, topic, record);
      else await producer.send(topic, record, (failure) => failure !== null && tellFailure(record, failure));
      await prompt();
    }
    return 0;
  } finally {
    await producer.flush();
    cluster.close();
  }
}

const sizeText = (bytes: Uint8Array | null): string =>
  bytes === null ? 'null' : `${String(bytes.length)} bytes`;

/** @throws ClientError */
async function sendAndWait(producer: RecordProducer, topic: string, record: RecordInput): Promise<void> {
  const failures: ClientError[] = [];
  await producer.send(topic, record, (failure) => failure !== null && failures.push(failure));
  await producer.flush();
  if (failures[0] !== undefined) throw failures[0];
}
