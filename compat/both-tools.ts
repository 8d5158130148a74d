/** One of our own tools and Apache Kafka's of the same name, called with the same flags against one broker. */
import { CommandError } from '../cli/command-error.ts';
import { runConfigs } from '../cli/kafka-configs/run-configs.ts';
import { runConsoleConsumer } from '../cli/kafka-console-consumer/run-console-consumer.ts';
import { runConsoleProducer } from '../cli/kafka-console-producer/run-console-producer.ts';
import { runConsumerGroups } from '../cli/kafka-consumer-groups/run-consumer-groups.ts';
import { runConsumerPerf } from '../cli/kafka-consumer-perf-test/run-consumer-perf.ts';
import { runGetOffsets } from '../cli/kafka-get-offsets/run-get-offsets.ts';
import { runLogDirs } from '../cli/kafka-log-dirs/run-log-dirs.ts';
import { runProducerPerf } from '../cli/kafka-producer-perf-test/run-producer-perf.ts';
import { callTool } from '../cli/kafka-tool/testing/call-tool.ts';
import type { KafkaTool } from '../cli/kafka-tool/tool-surroundings.ts';
import { runTopics } from '../cli/kafka-topics/run-topics.ts';
import type { CompatContext } from './compat-case.ts';
import { runTool } from './kafka-distribution.ts';
import { expectEqual } from './run-program.ts';
import type { View } from './side-by-side.ts';

export const OWN: Readonly<Record<string, KafkaTool>> = {
  'kafka-topics': runTopics,
  'kafka-console-producer': runConsoleProducer,
  'kafka-console-consumer': runConsoleConsumer,
  'kafka-consumer-groups': runConsumerGroups,
  'kafka-get-offsets': runGetOffsets,
  'kafka-log-dirs': runLogDirs,
  'kafka-configs': runConfigs,
  'kafka-producer-perf-test': runProducerPerf,
  'kafka-consumer-perf-test': runConsumerPerf,
};

export type Whose = 'ours' | 'theirs';
const asItIs: View = (text) => text;
export const words = (line: string): string[] => line.split(' ');
export const times = (flag: string, values: readonly string[]): string[] =>
  values.flatMap((value) => [flag, value]);

export class BothTools {
  readonly #bootstrap: string;

  constructor(bootstrap: string) {
    this.#bootstrap = bootstrap;
  }

  /** Standard output of one of them, which must succeed. */
  async run(whose: Whose, tool: string, argv: readonly string[], input = ''): Promise<string> {
    const { status, said } = await this.#call(whose, tool, argv, input);
    if (status !== 0) throw new Error(`${tool} ${argv.join(' ')} of ${whose} ended with ${said}`);
    return said;
  }

  /** Both succeed and print the same. */
  async same(tool: string, argv: readonly string[], view: View = asItIs): Promise<void> {
    const theirs = await this.run('theirs', tool, argv);
    expectEqual(view(await this.run('ours', tool, argv)), view(theirs), `${tool} ${argv.join(' ')}`);
  }

  /** Both end with the same status that is not 0, and print the same before that. */
  async refused(tool: string, argv: readonly string[], view: View = asItIs): Promise<void> {
    const [ours, theirs] = [await this.#call('ours', tool, argv), await this.#call('theirs', tool, argv)];
    expectEqual(view(ours.said), view(theirs.said), `${tool} ${argv.join(' ')}`);
    if (ours.status === 0) throw new Error(`${tool} ${argv.join(' ')} is refused by neither: ${ours.said}`);
  }

  async #call(
    whose: Whose,
    tool: string,
    argv: readonly string[],
    input = '',
  ): Promise<{ status: number; said: string }> {
    const { status, text } = await (whose === 'ours' ? this.#ours : this.#theirs).call(this, tool, argv, input); // prettier-ignore
    return { status, said: `${text}(status ${String(status)})` };
  }

  async #ours(
    tool: string,
    argv: readonly string[],
    input: string,
  ): Promise<{ status: number; text: string }> {
    const run = OWN[tool];
    if (run === undefined) throw new CommandError(`there is no ${tool} of ours`);
    const { status, out } = await callTool(run, ['--bootstrap-server', this.#bootstrap, ...argv], { input });
    return { status, text: out };
  }

  async #theirs(
    tool: string,
    argv: readonly string[],
    input: string,
  ): Promise<{ status: number; text: string }> {
    const { status, stdout } = await runTool(tool, this.#bootstrap, argv, input);
    // A stack behind the reason is Java's own.
    return { status, text: stdout.replace(/^\tat .*\n/gm, '') };
  }
}

export class BothConfigs {
  readonly #both: BothTools;

  constructor({ bootstrap }: CompatContext) {
    this.#both = new BothTools(bootstrap);
  }

  show(...entity: string[]): Promise<void> {
    return this.#both.same('kafka-configs', ['--describe', ...entity]);
  }

  async alter(whose: Whose, entity: readonly string[], ...what: string[]): Promise<void> {
    await this.#both.run(whose, 'kafka-configs', ['--alter', ...entity, ...what]);
  }

  refused(...argv: string[]): Promise<void> {
    return this.#both.refused('kafka-configs', argv);
  }
}
