/**
 * What has to be there before the console can be used: database, session secret, an administrator, a topic token.
 *
 * Run by the supervisor before it starts the server, and by the server itself when it runs alone. It can run any number
 * of times: what is there stays. What it makes up is returned once, for the banner, and is nowhere in clear afterwards.
 * There is no usable default account: the first password is random or given.
 */
import { randomBytes } from 'node:crypto';
import type { ConsoleConfig } from '../config/environment.ts';
import { countUsers, findUserByName } from '../store/users.ts';
import { createUser } from './accounts.ts';
import { recordAudit } from './audit.ts';
import { ConsoleError } from './console-error.ts';
import { openContext } from './context.ts';
import type { ConsoleContext } from './context.ts';
import { verifyPassword } from './password-hash.ts';
import { prepareTopicToken } from './topic-token.ts';

export const firstAdminName = 'admin';

export interface PreparedConsole {
  /** Set when the administrator was made now with a random password. */
  adminPassword: string | null;
  /** Set when a topic token was made up now. */
  topicToken: string | null;
  warnings: string[];
}

/** 20 characters that are easy to read and type: about 100 bits. */
function randomPassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  return Array.from(randomBytes(20), (byte) => letters[byte % letters.length])
    .join('')
    .replace(/(.{5})(?=.)/g, '$1-');
}

async function prepareAdministrator(context: ConsoleContext, warnings: string[]): Promise<string | null> {
  const given = context.config.adminPassword;
  if ((await countUsers(context.database)) > 0) {
    const admin = await findUserByName(context.database, firstAdminName);
    if (given !== null && admin !== null && !(await verifyPassword(admin.passwordHash, given))) {
      warnings.push(
        'AQUILA_ADMIN_PASSWORD is used at the first start only; to change it: bin/aquila user passwd admin.',
      );
    }
    return null;
  }
  const password = given ?? randomPassword();
  try {
    await createUser(context, { name: firstAdminName, role: 'admin', password });
  } catch (error) {
    if (error instanceof ConsoleError && error.type === 'already-exists') return null; // another process was first
    if (error instanceof ConsoleError)
      throw new ConsoleError(error.type, `AQUILA_ADMIN_PASSWORD: ${error.message}`, { cause: error });
    throw error;
  }
  const actor = { name: 'first start', ip: '' };
  await recordAudit(context, { actor, action: 'user.create', target: firstAdminName, result: 'ok' });
  return given === null ? password : null;
}

/** Throws StoreError, ConfigError or ConsoleError; the message of each is one line for stderr. */
export async function prepareConsole(config: ConsoleConfig): Promise<PreparedConsole> {
  const context = await openContext(config);
  const warnings: string[] = [];
  const adminPassword = await prepareAdministrator(context, warnings);
  const topicToken = await prepareTopicToken(context);
  return { adminPassword, topicToken, warnings };
}
