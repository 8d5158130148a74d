/** The broker as a process of its own for one test: killed at the end if it still runs, with its client closed. */
import { onTestFinished } from 'vitest';
import { startBrokerProcess, type BrokerProcess } from '../broker/integration/broker-process.ts';
import { FaultClient } from './fault-client.ts';

export interface RunningBroker {
  readonly broker: BrokerProcess;
  readonly client: FaultClient;
}

export function isRunning({ child }: BrokerProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** `directory` holds its configuration; its data lie in `logDirs`. */
export async function startOn(
  directory: string,
  logDirs: readonly string[],
  overrides: readonly string[] = [],
): Promise<RunningBroker> {
  const broker = await startBrokerProcess(directory, [`log.dirs=${logDirs.join(',')}`, ...overrides]);
  onTestFinished(async () => {
    if (isRunning(broker)) await broker.end('SIGKILL');
  });
  const client = await FaultClient.connect(broker.port);
  onTestFinished(() => client.close());
  return { broker, client };
}
