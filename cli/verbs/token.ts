/** `token create|list|revoke` for scripts that use the API, and `topic-token rotate`. */
import { createTokenSchema } from '../../console/contracts/accounts.ts';
import { CommandError, usageError } from '../command-error.ts';
import { lastValue, parseFlags } from '../options/parse-flags.ts';
import { dataDirectoryOf, dataFlag } from '../read-start-options.ts';
import { table } from '../table.ts';
import type { Verb } from '../verb.ts';

const listMax = 1_000;

function expiryOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 3_650)
    throw new CommandError(`--expires: "${text}" is not a number of days (1 to 3650).`);
  return days;
}

export const tokenCreate: Verb = {
  name: 'token create',
  usage: '--name NAME --role viewer|operator|admin [--expires DAYS]',
  summary: 'print a new API token, and nothing else',
  async run(context) {
    const flags = [
      { flag: '--name', value: 'NAME' },
      { flag: '--role', value: 'ROLE' },
      { flag: '--expires', value: 'DAYS' },
    ];
    const parsed = parseFlags(context.argv, [...flags, dataFlag], 'token create');
    const [extra] = parsed.positionals;
    if (extra !== undefined) throw usageError(`token create takes options only; "${extra}" is none.`);
    const [name, role] = [lastValue(parsed, '--name'), lastValue(parsed, '--role')];
    if (name === undefined) throw usageError('token create needs --name NAME.');
    if (role === undefined) throw usageError('token create needs --role viewer, operator or admin.');
    const input = createTokenSchema.safeParse({
      name,
      role,
      expiresInDays: expiryOf(lastValue(parsed, '--expires')),
    });
    if (!input.success) {
      const [issue] = input.error.issues;
      throw new CommandError(`--${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`);
    }
    const { withConsole } = await import('../console-access.ts');
    const { createToken } = await import('../../console/services/api-tokens.ts');
    const token = await withConsole(context, { data: dataDirectoryOf(context, parsed) }, async (open) => {
      const created = await createToken(open.console, input.data, open.actorName);
      await open.audit('token.create', name);
      return created.token;
    });
    context.print(token);
    return 0;
  },
};

export const tokenList: Verb = {
  name: 'token list',
  usage: '',
  summary: 'list the API tokens (never the tokens themselves)',
  async run(context) {
    const parsed = parseFlags(context.argv, [dataFlag], 'token list');
    const { withConsole } = await import('../console-access.ts');
    const { listTokens } = await import('../../console/services/api-tokens.ts');
    const { items } = await withConsole(context, { data: dataDirectoryOf(context, parsed) }, ({ console }) =>
      listTokens(console, { limit: listMax }),
    );
    const rows = items.map((token) => [
      token.id,
      token.name,
      token.role,
      token.expiresAt ?? 'never',
      token.lastUsedAt ?? 'never',
    ]);
    for (const line of table(['ID', 'NAME', 'ROLE', 'EXPIRES', 'LAST USED'], rows)) context.print(line);
    return 0;
  },
};

export const tokenRevoke: Verb = {
  name: 'token revoke',
  usage: 'ID|NAME',
  summary: 'end an API token at once',
  async run(context) {
    const parsed = parseFlags(context.argv, [dataFlag], 'token revoke');
    const [wanted, extra] = parsed.positionals;
    if (wanted === undefined || extra !== undefined)
      throw usageError('token revoke needs one ID or NAME; "aquila token list" shows them.');
    const { withConsole } = await import('../console-access.ts');
    const { listTokens, revokeToken } = await import('../../console/services/api-tokens.ts');
    await withConsole(context, { data: dataDirectoryOf(context, parsed) }, async ({ console, audit }) => {
      const { items } = await listTokens(console, { limit: listMax });
      const found = items.filter(({ id, name }) => id === wanted || name === wanted);
      const [token, another] = found;
      if (token === undefined)
        throw new CommandError(`there is no token "${wanted}"; "aquila token list" shows them.`);
      if (another !== undefined)
        throw new CommandError(`several tokens are named "${wanted}"; give the ID from "aquila token list".`);
      await revokeToken(console, token.id);
      await audit('token.revoke', token.name);
    });
    context.print(`Revoked "${wanted}".`);
    return 0;
  },
};

export const topicTokenRotate: Verb = {
  name: 'topic-token rotate',
  usage: '',
  summary: 'print a new topic token (asked for when a topic is deleted); the old one ends',
  async run(context) {
    const parsed = parseFlags(context.argv, [dataFlag], 'topic-token rotate');
    const { withConsole } = await import('../console-access.ts');
    const { rotateTopicToken } = await import('../../console/services/topic-token.ts');
    const token = await withConsole(
      context,
      { data: dataDirectoryOf(context, parsed) },
      async ({ console, audit }) => {
        const rotated = await rotateTopicToken(console);
        await audit('topic-token.rotate', '');
        return rotated;
      },
    );
    context.print(token);
    return 0;
  },
};
