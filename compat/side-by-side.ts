/**
 * Runs one of Kafka's tools against both clusters and compares status, standard output and standard error. What is a cluster's own
 * is masked first: addresses, ids that are made by chance, directories, times. Reasons inside errors are words of the
 * implementation and not compared; the class of the error is.
 */
import { type ClusterPair, clusterPair, type ThreeBrokers } from './cluster-pair.ts';
import type { CompatCase, CompatContext } from './compat-case.ts';
import { lacksTools, runTool } from './kafka-distribution.ts';

const AGAIN_LIMIT_MS = 60_000;
const LOOK_AGAIN_MS = 300;

/** Makes what may differ equal, before two outputs are compared. */
export type View = (output: string) => string;

export class SideBySide {
  readonly pair: ClusterPair;

  static async start(): Promise<SideBySide> {
    return new SideBySide(await clusterPair());
  }

  private constructor(pair: ClusterPair) {
    this.pair = pair;
  }

  /** Does the same to both clusters. */
  async each(work: (cluster: ThreeBrokers) => Promise<unknown>): Promise<void> {
    await Promise.all([work(this.pair.ours), work(this.pair.theirs)]);
  }

  /** Both succeed and say the same; resolves with that. */
  async same(tool: string, argv: readonly string[], view: View = (text) => text): Promise<string> {
    const [ours, theirs] = await this.#run(tool, argv);
    const what = `${tool} ${argv.join(' ')}`;
    expectSame(view(ours), view(theirs), what);
    if (!isSuccess(ours)) throw new Error(`${what} is refused by both:\n${ours}`);
    return view(ours);
  }

  /** Both refuse, in the same way. */
  async refused(tool: string, argv: readonly string[]): Promise<void> {
    const [ours, theirs] = await this.#run(tool, argv);
    const what = `${tool} ${argv.join(' ')}`;
    expectSame(ours, theirs, what);
    if (isSuccess(ours)) throw new Error(`${what} is refused by neither:\n${ours}`);
  }

  /** Asks until both have said what is looked for; then they must have said the same. */
  async sameOnce(
    tool: string,
    argv: readonly string[],
    isSo: (output: string) => boolean,
    view: View = (text) => text,
  ): Promise<string> {
    const deadline = Date.now() + AGAIN_LIMIT_MS;
    for (;;) {
      const [ours, theirs] = await this.#run(tool, argv);
      if ([ours, theirs].every((output) => isSuccess(output) && isSo(output))) {
        expectSame(view(ours), view(theirs), `${tool} ${argv.join(' ')}`);
        return view(ours);
      }
      if (Date.now() > deadline)
        throw new Error(
          `${tool} ${argv.join(' ')} goes on saying\n${ours}to Aquila and\n${theirs}to Apache Kafka`,
        );
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  #run(tool: string, argv: readonly string[]): Promise<[string, string]> {
    const on = async (cluster: ThreeBrokers): Promise<string> => {
      const { status, stdout, stderr } = await runTool(tool, cluster.addresses.join(','), argv);
      return masked(`${stdout}(status ${String(status)})\n${stderr}`, cluster);
    };
    return Promise.all([on(this.pair.ours), on(this.pair.theirs)]);
  }
}

const isSuccess = (output: string): boolean => output.includes('(status 0)');

function masked(output: string, { addresses }: ThreeBrokers): string {
  const named = addresses.reduce((text, address, id) => {
    const inColumns = address.replace(':', ' ');
    return text.replaceAll(address, `broker-${String(id)}`).replaceAll(inColumns, `broker-${String(id)}`);
  }, output);
  return named
    .split('\n')
    .filter((line) => !/\bWARN\b/.test(line))
    .join('\n')
    .replace(/127\.0\.0\.1:\d+/g, 'controller')
    .replace(/(TopicId: |ClusterId: +|Cluster ID: )[\w-]{22}/g, '$1ID')
    .replace(/"[^"]*\/(\d)\/data"/g, '"data of $1"')
    .replace(/^\[\d{4}-[^\]]*\]/gm, '[time]')
    .replace(/(Exception: |Error while executing topic command : |ID \d+ failed: ).*/g, '$1...');
}

/** Of outputs whose order is the server's. */
export const inOrder: View = (output) => output.split('\n').sort().join('\n');

/** Digits, and the blanks that fill a column up to them, are the cluster's own. */
export const withoutNumbers: View = (output) => output.replace(/\d+/g, 'N').replace(/ +/g, ' ');

function expectSame(ours: string, theirs: string, what: string): void {
  if (ours === theirs) return;
  const [left, right] = [ours.split('\n'), theirs.split('\n')];
  const lines = left.flatMap((line, index) =>
    line === right[index] ? [] : [`  Aquila:       ${line}`, `  Apache Kafka: ${right[index] ?? ''}`],
  );
  throw new Error(`${what} says something else:\n${lines.join('\n')}`);
}

/** A case that needs Apache Kafka, and these of its tools. */
export function sideBySide(
  name: string,
  tools: readonly string[],
  run: (both: SideBySide, context: CompatContext) => Promise<void>,
): CompatCase {
  return {
    name: `three brokers: ${name}`,
    missing: () =>
      lacksTools('kafka-server-start', 'kafka-storage', 'kafka-topics', 'kafka-configs', ...tools),
    run: async (context) => run(await SideBySide.start(), context),
  };
}
