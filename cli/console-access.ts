/**
 * Opens the console's database for the verbs that work on it, before, while and after the product runs. Loaded only by
 * those verbs: the other ones need no database client.
 */
import os from 'node:os';
import path from 'node:path';
import { loadConsoleConfig } from '../console/config/console-config.ts';
import type { ConsoleConfig } from '../console/config/environment.ts';
import { recordAudit } from '../console/services/audit.ts';
import { openContext } from '../console/services/context.ts';
import type { ConsoleContext } from '../console/services/context.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError } from './command-error.ts';

/** Options that only name things; see read-start-options.ts for the rest. */
export interface ConsolePlace {
  /** Absolute path of the data directory. */
  readonly data: string;
}

export interface OpenConsole {
  readonly console: ConsoleContext;
  /** Leaves an audit row in the name of whoever sits at the terminal. */
  readonly audit: (action: string, target: string) => Promise<void>;
  /** For `createdBy`. */
  readonly actorName: string;
}

export function terminalUser(): string {
  try {
    return `command line (${os.userInfo().username})`;
  } catch {
    return 'command line';
  }
}

/** Runs `work` with the console's settings and turns refusals into one line each. */
export async function withConfig<Result>(
  context: CommandContext,
  { data }: ConsolePlace,
  work: (config: ConsoleConfig) => Promise<Result>,
): Promise<Result> {
  const named = process.env['AQUILA_CONFIG'];
  const environment = {
    ...process.env,
    AQUILA_DATA: data,
    ...(named === undefined || named === '' ? {} : { AQUILA_CONFIG: path.resolve(named) }),
  };
  try {
    return await work(loadConsoleConfig(environment, context.root).config);
  } catch (error) {
    if (error instanceof Error && /^(ConfigError|StoreError|ConsoleError)$/.test(error.name)) {
      const { errors } = error as { errors?: Record<string, string> };
      const fields = Object.entries(errors ?? {}).map(([field, what]) => `${field} ${what}`);
      throw new CommandError(
        [error.message, ...fields.filter((line) => !error.message.includes(line))].join(' '),
      );
    }
    throw error;
  }
}

/** Runs `work` with the console's services. */
export function withConsole<Result>(
  context: CommandContext,
  place: ConsolePlace,
  work: (open: OpenConsole) => Promise<Result>,
): Promise<Result> {
  const actorName = terminalUser();
  return withConfig(context, place, async (config) => {
    const console = await openContext(config);
    const audit = (action: string, target: string): Promise<void> =>
      recordAudit(console, { actor: { name: actorName, ip: '' }, action, target, result: 'ok' });
    try {
      return await work({ console, audit, actorName });
    } finally {
      await console.database.$disconnect();
    }
  });
}
