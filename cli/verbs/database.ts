/** `database copy`: takes what the console keeps into another database, for instance from a file to a server. */
import { usageError } from '../command-error.ts';
import { lastValue, parseFlags } from '../options/parse-flags.ts';
import { dataDirectoryOf, dataFlag } from '../read-start-options.ts';
import type { Verb } from '../verb.ts';

export const databaseCopy: Verb = {
  name: 'database copy',
  usage: '--to URL',
  summary: "copy the console's database into another, empty one",
  details: [
    '',
    '  --to URL     file:/path, postgresql://user:password@host/database or mysql://user:password@host/database',
    '  --data DIR   the data directory of the console whose database is copied (or AQUILA_DATABASE_URL names it)',
    '',
    '  The console has to be stopped. The target has to be empty; a copy that was cut off is begun anew.',
    '  Passwords of channels and clusters stay sealed with DIR/channel-key: keep that file with the console.',
  ],
  async run(context) {
    const parsed = parseFlags(context.argv, [{ flag: '--to', value: 'URL' }, dataFlag], 'database copy');
    const [extra] = parsed.positionals;
    if (extra !== undefined) throw usageError(`database copy takes options only; "${extra}" is none.`);
    const to = lastValue(parsed, '--to');
    if (to === undefined || to === '') throw usageError('database copy needs --to URL.');
    const { terminalUser, withConfig } = await import('../console-access.ts');
    const { copyConsoleDatabase } = await import('../../console/services/copy-database.ts');
    const data = dataDirectoryOf(context, parsed);
    return withConfig(context, { data }, async (config) => {
      const by = { name: terminalUser(), now: () => new Date() };
      context.print(`${'table'.padEnd(14)}${'rows'.padStart(12)}${'arrived'.padStart(12)}`);
      const copy = await copyConsoleDatabase(config, to, by, ({ name, sourceRows, targetRows }) => {
        context.print(
          `${name.padEnd(14)}${String(sourceRows).padStart(12)}${String(targetRows).padStart(12)}`,
        );
      });
      context.say(`Copied ${copy.from} to ${copy.to}.`);
      context.say('To use it, start the console with AQUILA_DATABASE_URL set to that URL.');
      context.say(`Passwords of channels and clusters stay sealed with ${data}/channel-key: keep it.`);
      return 0;
    });
  },
};
