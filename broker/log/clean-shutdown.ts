/**
 * The mark of a clean stop in a log directory (Kafka's CleanShutdownFileHandler, KIP-966): that it is there says that
 * the logs need no recovery; its content says in which broker epoch they were closed.
 */
import { join } from 'node:path';
import type { Logger } from '../platform/logger.ts';
import type { Disk } from '../platform/platform.ts';

export const CLEAN_SHUTDOWN_FILE = '.kafka_cleanshutdown';

const VERSION = 0;
export const UNKNOWN_BROKER_EPOCH = -1;

export interface CleanShutdown {
  readonly wasClean: boolean;
  /** UNKNOWN_BROKER_EPOCH without a mark, and where the mark does not say: it was an empty file before KIP-966. */
  readonly brokerEpoch: number;
}

/** Takes the mark away for good: whoever dies after that has not shut down cleanly. Throws DiskError. */
export async function takeCleanShutdown(
  disk: Disk,
  directory: string,
  logger: Logger,
): Promise<CleanShutdown> {
  const path = join(directory, CLEAN_SHUTDOWN_FILE);
  if (!disk.exists(path)) return { wasClean: false, brokerEpoch: UNKNOWN_BROKER_EPOCH };
  const text = disk.readFile(path).toString('utf8');
  const brokerEpoch = text === '' ? UNKNOWN_BROKER_EPOCH : epochIn(text);
  if (brokerEpoch === null)
    logger.warn(`${path} does not say in which broker epoch the last stop was: it counts as unknown`);
  disk.removeFile(path);
  await disk.syncDirectory(directory);
  return { wasClean: true, brokerEpoch: brokerEpoch ?? UNKNOWN_BROKER_EPOCH };
}

export async function writeCleanShutdown(disk: Disk, directory: string, brokerEpoch: number): Promise<void> {
  const text = JSON.stringify({ version: VERSION, brokerEpoch });
  await disk.replaceFile(join(directory, CLEAN_SHUTDOWN_FILE), Buffer.from(text));
}

function epochIn(text: string): number | null {
  try {
    const content: unknown = JSON.parse(text);
    const epoch =
      typeof content === 'object' && content !== null && 'brokerEpoch' in content && content.brokerEpoch;
    return typeof epoch === 'number' && Number.isSafeInteger(epoch) ? epoch : null;
  } catch {
    return null;
  }
}
