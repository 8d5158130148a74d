/**
 * A short-lived process that `start` runs before the console: brings the database up to date and makes the first
 * administrator and topic token. It answers over the channel to the supervisor, since the secrets are shown once.
 */
import { consoleConfig } from '../console/config/console-config.ts';
import { prepareConsole } from '../console/services/first-run.ts';
import type { PreparedConsole } from '../console/services/first-run.ts';

/** Either what was prepared, or what is wrong, in words for the person at the terminal. */
export type FirstRunAnswer = PreparedConsole | { readonly problem: string };

async function answer(): Promise<FirstRunAnswer> {
  try {
    return await prepareConsole(consoleConfig());
  } catch (error) {
    const known = error instanceof Error && /^(ConfigError|StoreError|ConsoleError)$/.test(error.name);
    if (!known) throw error;
    return { problem: error.message };
  }
}

process.send?.(await answer(), () => process.exit(0));
