/**
 * Kafka's tools that are clients: each is loaded when it is called, and gets the terminal, the environment and the files from here.
 * Ctrl-C and SIGTERM end a tool in order; a second one ends it at once.
 */
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { CommandError } from '../command-error.ts';
import type { CommandContext } from '../command-context.ts';
import type { KafkaTool, ToolSurroundings } from '../kafka-tool/tool-surroundings.ts';
import type { Verb } from '../verb.ts';

const STATUS_OF_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;

function kafkaTool(name: string, usage: string, summary: string, load: () => Promise<KafkaTool>): Verb {
  return {
    ...{ name, usage, summary, hasOwnHelp: true },
    details: [`  "aquila ${name} --help" lists the options.`],
    run: async (context) => runWithTerminal(await load(), context),
  };
}

async function runWithTerminal(tool: KafkaTool, { argv, print, say }: CommandContext): Promise<number> {
  const stopping = new AbortController();
  let signalStatus: number | null = null;
  const signals = Object.entries(STATUS_OF_SIGNAL).map(([signal, status]) => {
    const stop = (): void => {
      if (signalStatus !== null) process.exit(status);
      signalStatus = status;
      stopping.abort();
    };
    process.on(signal, stop);
    return { signal, stop };
  });
  try {
    const status = await tool(argv, terminal({ print, say, stopped: stopping.signal }));
    return signalStatus ?? status;
  } finally {
    for (const { signal, stop } of signals) process.off(signal, stop);
  }
}

function terminal(given: Pick<ToolSurroundings, 'print' | 'say' | 'stopped'>): ToolSurroundings {
  let isRead = true;
  process.stdout.on('error', () => (isRead = false));
  return {
    ...given,
    defaultBootstrap: process.env['AQUILA_BOOTSTRAP'] || 'localhost:9092',
    isInteractive: process.stdin.isTTY && process.stdout.isTTY,
    input: standardInput(given.stopped),
    readText,
    async write(bytes) {
      if (isRead && !process.stdout.write(bytes))
        await once(process.stdout, 'drain', { signal: given.stopped }).catch(() => undefined);
      return isRead;
    },
  };
}

/** Ends when the input does, or when the command is to end. */
async function* standardInput(stopped: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const end = (): unknown => process.stdin.destroy();
  stopped.addEventListener('abort', end);
  try {
    for await (const chunk of process.stdin) yield chunk as Uint8Array;
  } catch (error) {
    if (!stopped.aborted) throw error;
  } finally {
    stopped.removeEventListener('abort', end);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandError(`${file}: the file cannot be read (${code ?? message}).`);
  }
}

export const kafkaTools: readonly Verb[] = [
  kafkaTool(
    ...(['kafka-topics', '--bootstrap-server HOST:PORT [options]'] as const),
    'create, list, describe, grow and delete topics as Kafka does',
    async () => (await import('../kafka-topics/run-topics.ts')).runTopics,
  ),
  kafkaTool(
    ...(['kafka-console-producer', '--bootstrap-server HOST:PORT --topic NAME'] as const),
    'write lines of standard input to a topic',
    async () => (await import('../kafka-console-producer/run-console-producer.ts')).runConsoleProducer,
  ),
  kafkaTool(
    ...(['kafka-console-consumer', '--bootstrap-server HOST:PORT --topic NAME'] as const),
    'print the records of a topic',
    async () => (await import('../kafka-console-consumer/run-console-consumer.ts')).runConsoleConsumer,
  ),
  kafkaTool(
    ...(['kafka-consumer-groups', '--bootstrap-server HOST:PORT [options]'] as const),
    'list, describe and delete consumer groups, set their offsets',
    async () => (await import('../kafka-consumer-groups/run-consumer-groups.ts')).runConsumerGroups,
  ),
  kafkaTool(
    ...(['kafka-get-offsets', '--bootstrap-server HOST:PORT [options]'] as const),
    'print the offsets of partitions, by their ends or by time',
    async () => (await import('../kafka-get-offsets/run-get-offsets.ts')).runGetOffsets,
  ),
  kafkaTool(
    ...(['kafka-log-dirs', '--bootstrap-server HOST:PORT --describe'] as const),
    'show the directories of brokers and the sizes in them',
    async () => (await import('../kafka-log-dirs/run-log-dirs.ts')).runLogDirs,
  ),
  kafkaTool(
    ...(['kafka-configs', '--bootstrap-server HOST:PORT [options]'] as const),
    'show and change settings, quotas, SCRAM users',
    async () => (await import('../kafka-configs/run-configs.ts')).runConfigs,
  ),
  kafkaTool(
    ...(['kafka-producer-perf-test', '--bootstrap-server HOST:PORT ...'] as const),
    'write as quickly as it goes and print how quickly',
    async () => (await import('../kafka-producer-perf-test/run-producer-perf.ts')).runProducerPerf,
  ),
  kafkaTool(
    ...(['kafka-consumer-perf-test', '--bootstrap-server HOST:PORT ...'] as const),
    'read as quickly as it goes and print how quickly',
    async () => (await import('../kafka-consumer-perf-test/run-consumer-perf.ts')).runConsumerPerf,
  ),
];
