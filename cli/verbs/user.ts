/** `user create`, `user passwd`, `user list`: local accounts of the console. */
import { changeUserSchema, createUserSchema } from '../../console/contracts/accounts.ts';
import { roleSchema } from '../../console/contracts/envelope.ts';
import { CommandError, usageError } from '../command-error.ts';
import type { CommandContext } from '../command-context.ts';
import { lastValue, parseFlags } from '../options/parse-flags.ts';
import type { FlagSpec, ParsedFlags } from '../options/parse-flags.ts';
import { readPassword } from '../read-password.ts';
import { dataFlag, dataDirectoryOf } from '../read-start-options.ts';
import { table } from '../table.ts';
import type { Verb } from '../verb.ts';

const listMax = 1_000;

/** What the arguments must look like: one name, and these flags. */
function oneName(
  context: CommandContext,
  flags: readonly FlagSpec[],
  verb: string,
): { name: string; parsed: ParsedFlags } {
  const parsed = parseFlags(context.argv, [...flags, dataFlag], verb);
  const [name, extra] = parsed.positionals;
  if (name === undefined) throw usageError(`${verb} needs the NAME of the user.`);
  if (extra !== undefined)
    throw usageError(`${verb} takes one NAME; "${extra}" is too much. A password is never an argument.`);
  return { name, parsed };
}

function firstIssue(error: { issues: readonly { path: PropertyKey[]; message: string }[] }): CommandError {
  const [issue] = error.issues;
  return new CommandError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`);
}

export const userCreate: Verb = {
  name: 'user create',
  usage: 'NAME --role viewer|operator|admin',
  summary: 'make an account; the password comes from the terminal or standard input',
  async run(context) {
    const { name, parsed } = oneName(context, [{ flag: '--role', value: 'ROLE' }], 'user create');
    const role = lastValue(parsed, '--role');
    if (role === undefined) throw usageError('user create needs --role viewer, operator or admin.');
    if (!roleSchema.safeParse(role).success)
      throw new CommandError(`--role: "${role}" is not viewer, operator or admin.`);
    const input = createUserSchema.safeParse({ name, role, password: await readPassword() });
    if (!input.success) throw firstIssue(input.error);
    const { withConsole } = await import('../console-access.ts');
    const { createUser } = await import('../../console/services/accounts.ts');
    await withConsole(context, { data: dataDirectoryOf(context, parsed) }, async ({ console, audit }) => {
      await createUser(console, input.data);
      await audit('user.create', name);
    });
    context.print(`Made the ${role} "${name}".`);
    return 0;
  },
};

export const userPasswd: Verb = {
  name: 'user passwd',
  usage: 'NAME',
  summary: 'set a new password, which ends the sessions of that user',
  async run(context) {
    const { name, parsed } = oneName(context, [], 'user passwd');
    const input = changeUserSchema.safeParse({ password: await readPassword() });
    if (!input.success) throw firstIssue(input.error);
    const { withConsole } = await import('../console-access.ts');
    const { changeUser, findUser } = await import('../../console/services/accounts.ts');
    await withConsole(context, { data: dataDirectoryOf(context, parsed) }, async ({ console, audit }) => {
      const user = await findUser(console, name);
      if (user === null)
        throw new CommandError(`there is no user "${name}"; "aquila user list" shows who there is.`);
      await changeUser(console, user.id, input.data);
      await audit('user.password', name);
    });
    context.print(`"${name}" has a new password.`);
    return 0;
  },
};

export const userList: Verb = {
  name: 'user list',
  usage: '',
  summary: 'list the accounts',
  async run(context) {
    const parsed = parseFlags(context.argv, [dataFlag], 'user list');
    const { withConsole } = await import('../console-access.ts');
    const { listUsers } = await import('../../console/services/accounts.ts');
    const { items } = await withConsole(context, { data: dataDirectoryOf(context, parsed) }, ({ console }) =>
      listUsers(console, { limit: listMax }),
    );
    const rows = items.map((user) => [
      user.name,
      user.role,
      user.disabled ? 'disabled' : 'active',
      user.lastLoginAt ?? 'never',
    ]);
    for (const line of table(['NAME', 'ROLE', 'STATE', 'LAST SIGN-IN'], rows)) context.print(line);
    return 0;
  },
};
