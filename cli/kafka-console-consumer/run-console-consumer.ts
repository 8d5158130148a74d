/**
 * `kafka-console-consumer`: prints the records of topics, as the tool of Apache Kafka 4.3.1 does: in a group, with or without a name,
 * or of one partition. How many there were is said on standard error at the end; running out of time is an end with status 0.
 */
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import type { ConsumedRecord } from '../../kafka-client/consumer/record-consumer.ts';
import { CommandError } from '../command-error.ts';
import { positiveInteger } from '../kafka-tool/client-properties.ts';
import { groupReader, recordConsumer } from '../kafka-tool/group-reading.ts';
import { openCluster } from '../kafka-tool/open-cluster.ts';
import { bootstrapOf, runTool } from '../kafka-tool/tool-flags.ts';
import type { KafkaTool, ToolSurroundings } from '../kafka-tool/tool-surroundings.ts';
import type { KafkaFlags } from '../options/kafka-flags.ts';
import { CONSUMER_FLAGS, readConsumerOptions, type ConsoleConsumerOptions } from './consumer-options.ts';

const DEFAULT_MAX_POLL_RECORDS = 500;
/** So long it waits before it looks whether it is to end. */
const POLL_MS = 200;
const GROUPS_WITHOUT_NAME = 100_000;

export const runConsoleConsumer: KafkaTool = (argv, surroundings) =>
  runTool(argv, surroundings, {
    flags: CONSUMER_FLAGS,
    purpose: 'This tool helps to read data from Kafka topics and outputs it to standard output.',
    work: (flags) => consume(flags, surroundings),
  });

async function consume(flags: KafkaFlags, surroundings: ToolSurroundings): Promise<number> {
  const { readText, defaultBootstrap, print } = surroundings;
  const options = readConsumerOptions(flags, readText, print);
  const { properties } = options;
  const bootstrap = bootstrapOf(flags);
  const cluster = openCluster({
    ...{ bootstrap, defaultBootstrap, properties, readText, clientId: 'console-consumer' },
  });
  const printer = new Printer(options, surroundings);
  let reader: RecordReader | null = null;
  try {
    reader = readerOf(cluster, options);
    await printer.printAll(reader);
    return 0;
  } finally {
    try {
      await reader?.close();
    } finally {
      cluster.close();
      surroundings.say(`Processed a total of ${String(printer.count)} messages`);
      if (options.systestEvents) print('shutdown_complete');
    }
  }
}

/** Where records come from. */
export interface RecordReader {
  poll(waitMs: number, maxRecords: number): Promise<readonly ConsumedRecord[]>;
  close(): Promise<void>;
}

function readerOf(cluster: KafkaCluster, options: ConsoleConsumerOptions): RecordReader {
  const { source, group } = options;
  if (source.kind === 'partition') {
    const consumer = recordConsumer(cluster, options);
    const { topic, partition, start } = source;
    consumer.assign([{ topic, partition, start }]);
    return {
      poll: (waitMs, maxRecords) => consumer.poll(waitMs, maxRecords),
      close: () => Promise.resolve(),
    };
  }
  const ownGroup = `console-consumer-${String(Math.floor(Math.random() * GROUPS_WITHOUT_NAME))}`;
  return groupReader(cluster, { ...options, source, groupId: group ?? ownGroup });
}

/** Prints until there are enough, nothing comes any more, nobody reads it, or the command is to end. */
class Printer {
  count = 0;
  readonly #options: ConsoleConsumerOptions;
  readonly #surroundings: ToolSurroundings;

  constructor(options: ConsoleConsumerOptions, surroundings: ToolSurroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
  }

  async printAll(reader: RecordReader): Promise<void> {
    const { maxMessages, timeoutMs, properties } = this.#options;
    const { say, stopped } = this.#surroundings;
    const batch = positiveInteger(properties, 'max.poll.records', DEFAULT_MAX_POLL_RECORDS);
    let lastMs = performance.now();
    while (!stopped.aborted) {
      const left = maxMessages === null ? batch : Math.min(batch, maxMessages - this.count);
      if (left <= 0) return;
      const restMs = timeoutMs === null ? POLL_MS : lastMs + timeoutMs - performance.now();
      const records = await reader.poll(Math.max(1, Math.min(POLL_MS, restMs)), left);
      if (records.length > 0) {
        if (!(await this.#print(records))) return;
        lastMs = performance.now();
      } else if (timeoutMs !== null && performance.now() - lastMs >= timeoutMs) {
        say('ERROR Error processing message, terminating consumer process: no message came in time');
        return;
      }
    }
  }

  /** False: nobody reads it. */
  async #print(records: readonly ConsumedRecord[]): Promise<boolean> {
    const { format, skipOnError } = this.#options;
    const { write, say } = this.#surroundings;
    const texts: Buffer[] = [];
    let failure: CommandError | null = null;
    for (const record of records) {
      this.count += 1;
      try {
        texts.push(format(record));
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        if (skipOnError) say(`ERROR Error processing message, skipping this message: ${error.message}`);
        else {
          failure = error;
          break;
        }
      }
    }
    const isRead = await write(Buffer.concat(texts));
    if (!isRead) say('Unable to write to standard out, closing consumer.');
    if (failure !== null) throw failure;
    return isRead;
  }
}
