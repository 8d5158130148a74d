/** A context over a real database in a temporary directory, with a clock that tests turn by hand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConsoleConfig } from '../../config/environment.ts';
import type { Environment } from '../../config/environment.ts';
import { channelKey, sessionSecret } from '../../config/secret-files.ts';
import { openDatabase } from '../../store/database.ts';
import { readUserClusters } from '../../store/user-clusters.ts';
import { ClusterDirectory } from '../cluster-directory.ts';
import type { ConsoleContext } from '../context.ts';

export interface TestConsole {
  context: ConsoleContext;
  directory: string;
  /** Turns the clock. */
  pass: (milliseconds: number) => void;
  /** Another context over the same database, as after a restart. */
  reopen: () => Promise<ConsoleContext>;
  close: () => Promise<void>;
}

export async function openTestConsole(environment: Environment = {}): Promise<TestConsole> {
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-console-'));
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  const config = readConsoleConfig({ AQUILA_DATA: directory, ...environment }, null, directory);
  const open = async (): Promise<ConsoleContext> => {
    const database = await openDatabase(config.databaseUrl);
    const key = channelKey(config);
    return {
      config,
      clusters: new ClusterDirectory(config, await readUserClusters(database, key)),
      database,
      now: () => new Date(nowMs),
      sessionSecret: sessionSecret(config),
      channelKey: key,
    };
  };
  const opened = [await open()];
  const [context] = opened as [ConsoleContext];
  return {
    context,
    directory,
    pass: (milliseconds) => {
      nowMs += milliseconds;
    },
    reopen: async () => {
      await opened.at(-1)?.database.$disconnect();
      const again = await open();
      opened.push(again);
      return again;
    },
    close: async () => {
      await opened.at(-1)?.database.$disconnect();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
