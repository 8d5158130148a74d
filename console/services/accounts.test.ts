/** Accounts, API tokens, the topic token and the first start: what is kept, what is refused, what is shown once. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changeUser, createUser, deleteUser, listUsers } from './accounts.ts';
import { checkToken, createToken, listTokens, revokeToken } from './api-tokens.ts';
import { listAudit, recordAudit } from './audit.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { prepareConsole } from './first-run.ts';
import { openTestConsole } from './testing/test-context.ts';
import type { TestConsole } from './testing/test-context.ts';
import { checkTopicToken, prepareTopicToken, rotateTopicToken } from './topic-token.ts';
import { closeSharedDatabases } from '../store/database.ts';

let console_: TestConsole;
let context: ConsoleContext;
beforeEach(async () => {
  console_ = await openTestConsole();
  context = console_.context;
});
afterEach(() => console_.close());

const everything = { limit: 100 };
const password = 'correct horse';

function filesHold(text: string): string[] {
  const names = readdirSync(console_.directory);
  return names.filter((name) => readFileSync(path.join(console_.directory, name)).includes(text));
}

test('the last administrator stays, also when two try to go at once', async () => {
  const one = await createUser(context, { name: 'one', role: 'admin', password });
  await expect(deleteUser(context, one.id)).rejects.toMatchObject({ type: 'last-admin' });
  await expect(changeUser(context, one.id, { role: 'viewer' })).rejects.toMatchObject({ type: 'last-admin' });
  await expect(changeUser(context, one.id, { disabled: true })).rejects.toMatchObject({ type: 'last-admin' });
  const two = await createUser(context, { name: 'two', role: 'admin', password });
  const outcomes = await Promise.allSettled([
    deleteUser(context, one.id),
    changeUser(context, two.id, { role: 'viewer' }),
  ]);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('names are unique, and passwords that everybody tries are refused', async () => {
  await createUser(context, { name: 'one', role: 'admin', password });
  await expect(createUser(context, { name: 'one', role: 'viewer', password })).rejects.toMatchObject({
    type: 'already-exists',
  });
  for (const weak of ['Password1', 'changeme', 'administrator']) {
    await expect(
      createUser(context, { name: 'administrator', role: 'viewer', password: weak }),
    ).rejects.toMatchObject({ type: 'invalid' });
  }
});

test('what somebody did stays in the audit when their account is deleted, and when another gets their name', async () => {
  await createUser(context, { name: 'one', role: 'admin', password });
  const two = await createUser(context, { name: 'two', role: 'operator', password });
  const event = { action: 'topic.create', cluster: 'local', target: 'orders', result: 'ok' };
  await recordAudit(context, { actor: { name: 'two', ip: '10.0.0.1' }, ...event });
  const before = await listAudit(context, { limit: 100 });
  expect(before.items).toMatchObject([{ actor: 'two', ip: '10.0.0.1', ...event }]);
  await deleteUser(context, two.id);
  await createUser(context, { name: 'two', role: 'viewer', password });
  expect((await listAudit(context, { limit: 100 })).items).toEqual(before.items);
});

test('no list of users holds anything of a password', async () => {
  await createUser(context, { name: 'one', role: 'admin', password });
  expect(JSON.stringify(await listUsers(context, everything))).not.toMatch(/argon2|hash|correct/i);
  expect(filesHold(password)).toEqual([]);
});

test('a token opens until it expires or is revoked, and only its hash is kept', async () => {
  const { token, id } = await createToken(context, { name: 'ci', role: 'operator', expiresInDays: 2 }, 'one');
  expect(await checkToken(context, token, '10.0.0.1')).toMatchObject({
    kind: 'token',
    name: 'token:ci',
    role: 'operator',
    clusters: null,
  });
  for (const wrong of [
    '',
    '%',
    `${token}x`,
    token.slice(0, -1),
    token.toUpperCase(),
    `aquila_${'a'.repeat(43)}`,
  ]) {
    expect(await checkToken(context, wrong, '10.0.0.1')).toBeNull();
  }
  expect(JSON.stringify(await listTokens(context, everything))).not.toContain(token);
  expect(filesHold(token)).toEqual([]);
  console_.pass(2 * 24 * 3_600_000);
  expect(await checkToken(context, token, '10.0.0.1')).toBeNull();
  const other = await createToken(context, { name: 'ci', role: 'viewer', expiresInDays: null }, 'one');
  await revokeToken(context, other.id);
  expect(await checkToken(context, other.token, '10.0.0.1')).toBeNull();
  expect(id).not.toBe(other.id);
});

const operator: Actor = {
  kind: 'user',
  id: 'u1',
  name: 'ann',
  role: 'operator',
  clusters: null,
  ip: '10.0.0.1',
  sessionId: null,
};

test('the topic token: five wrong ones lock the right one out, for this account and address alone', async () => {
  const token = await rotateTopicToken(context);
  expect(await checkTopicToken(context, operator, token)).toBe('right');
  for (const [index, wrong] of ['', token.slice(0, -1), `${token}x`, [token], { token }].entries()) {
    expect(await checkTopicToken(context, operator, wrong)).toEqual({ triesLeft: 4 - index });
  }
  expect(await checkTopicToken(context, operator, token)).toEqual({ retryAfterSeconds: 900 });
  expect(await checkTopicToken(context, { ...operator, ip: '10.0.0.2' }, token)).toBe('right');
  expect(await checkTopicToken(context, { ...operator, id: 'u2' }, token)).toBe('right');
  console_.pass(15 * 60_000);
  expect(await checkTopicToken(context, operator, token)).toBe('right');
  expect(filesHold(token)).toEqual([]);
});

test('parallel wrong tokens cannot pass the limit together', async () => {
  await rotateTopicToken(context);
  const verdicts = await Promise.all(
    Array.from({ length: 12 }, () => checkTopicToken(context, operator, 'wrong')),
  );
  expect(
    verdicts
      .flatMap((verdict) =>
        typeof verdict === 'object' && 'triesLeft' in verdict ? [verdict.triesLeft] : [],
      )
      .toSorted(),
  ).toEqual([0, 1, 2, 3, 4]);
});

test('without a topic token every one is refused', async () => {
  expect(await checkTopicToken(context, operator, '')).toBe('none-configured');
});

test('a rotated token stays in force although the configuration still holds the old one', async () => {
  const configured = { ...context, config: { ...context.config, topicToken: 'keadmin' } };
  expect(await prepareTopicToken(configured)).toBeNull();
  expect(await checkTopicToken(configured, operator, 'keadmin')).toBe('right');
  const rotated = await rotateTopicToken(configured);
  await prepareTopicToken(configured);
  expect(await checkTopicToken(configured, operator, rotated)).toBe('right');
  const changed = { ...context, config: { ...context.config, topicToken: 'another' } };
  await prepareTopicToken(changed);
  expect(await checkTopicToken(changed, operator, 'another')).toBe('right');
});

test('the first start makes one administrator and one topic token, shows them once, and leaves private files', async () => {
  const fresh = await openTestConsole();
  try {
    const first = await prepareConsole(fresh.context.config);
    expect(first.adminPassword).toMatch(/^[a-z2-9-]{23}$/);
    expect(first.topicToken).toMatch(/^[\w-]{32}$/);
    expect(await prepareConsole(fresh.context.config)).toEqual({
      adminPassword: null,
      topicToken: null,
      warnings: [],
    });
    const other = await prepareConsole({ ...fresh.context.config, adminPassword: 'something else' });
    expect(other.warnings).toEqual([expect.stringContaining('AQUILA_ADMIN_PASSWORD')]);
    for (const name of readdirSync(fresh.directory)) {
      const file = path.join(fresh.directory, name);
      expect(statSync(file).mode & 0o077, name).toBe(0);
      expect(readFileSync(file).includes(first.adminPassword ?? ''), name).toBe(false);
      expect(readFileSync(file).includes(first.topicToken ?? ''), name).toBe(false);
    }
    expect((await listAudit(fresh.context, everything)).items).toMatchObject([
      { action: 'user.create', target: 'admin', result: 'ok' },
    ]);
  } finally {
    await closeSharedDatabases();
    await fresh.close();
  }
});

test('a given first password is taken, unless it is one that everybody tries', async () => {
  const fresh = await openTestConsole();
  try {
    const config = { ...fresh.context.config, adminPassword: '12345678' };
    await expect(prepareConsole(config)).rejects.toThrow('AQUILA_ADMIN_PASSWORD');
    expect(await prepareConsole({ ...config, adminPassword: password })).toMatchObject({
      adminPassword: null,
    });
  } finally {
    await closeSharedDatabases();
    await fresh.close();
  }
});
