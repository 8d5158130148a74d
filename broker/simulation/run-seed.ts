/**
 * Runs one seed of the simulated cluster, and says of one that fails how to play it again, with what happened last and
 * what each node knew.
 */
import { SimulatedCluster, type SimulationOptions, type SimulationResult } from './simulated-cluster.ts';
import { startSimulatedNode } from './start-simulated-node.ts';

const LAST_LINES = 40;

export class FailedSeed extends Error {
  override readonly name = 'FailedSeed';
}

export type SeedOptions = Omit<SimulationOptions, 'startNode'>;

/** Rejects with FailedSeed. */
export async function runSeed(options: SeedOptions): Promise<SimulationResult> {
  const lines: string[] = [];
  const simulation = new SimulatedCluster({
    ...options,
    startNode: startSimulatedNode,
    trace: (line) => {
      options.trace?.(line);
      lines.push(line);
      if (lines.length > 2 * LAST_LINES) lines.splice(0, LAST_LINES);
    },
  });
  try {
    return await simulation.run();
  } catch (cause) {
    const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    const troubles = options.troubles === undefined ? '' : ` --troubles ${options.troubles.join()}`;
    const asked = options.transactions;
    const transactions = asked === undefined ? '' : ` --transactions ${asked ? 'always' : 'never'}`;
    const replay = `npm run simulate -- --from ${String(options.seed)} --seeds 1${troubles}${transactions} --trace`;
    const parts = [
      `seed ${String(options.seed)}: ${what}`,
      `Play it again: ${replay}`,
      ...lines.slice(-LAST_LINES),
      simulation.picture(),
    ];
    throw new FailedSeed(parts.join('\n'), { cause });
  }
}
