/** Who may what where: a part in a cluster never gives more than the role, and what one has no part in is not there. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { alertRuleInputSchema } from '../contracts/alerts.ts';
import { changeUser, createUser } from './accounts.ts';
import { listAlertRules, alertRule, createAlertRule, deleteAlertRule } from './alert-rules.ts';
import { checkToken, createOwnToken, listTokens, ownTokensMax, revokeToken } from './api-tokens.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { authorise, contextOf, requireRoleIn, roleIn } from './permission.ts';
import { rightsOf } from './rights.ts';
import { createSession, checkSession } from './sessions.ts';
import { signIn } from './sign-in.ts';
import { createSilence, deleteSilence, listSilences } from './silences.ts';
import { openTestConsole } from './testing/test-context.ts';
import type { TestConsole } from './testing/test-context.ts';
import { allClusters, requireCluster } from './watched-clusters.ts';

let console_: TestConsole;
let context: ConsoleContext;
beforeEach(async () => {
  console_ = await openTestConsole({ AQUILA_BOOTSTRAP: '127.0.0.1:1', AQUILA_BROKERS: '1' });
  context = console_.context;
});
afterEach(() => console_.close());

const password = 'correct horse';
const parts = [
  { cluster: 'local', role: 'operator' },
  { cluster: 'kafka', role: 'viewer' },
] as const;
const everything = { limit: 100 };

async function actorOf(name: string): Promise<Actor> {
  const outcome = await signIn(context, { username: name, password, ip: '10.0.0.1' });
  if (!('user' in outcome)) throw new Error('should be let in');
  const id = await createSession(context, outcome.user, { ip: '10.0.0.1', userAgent: '' });
  const actor = await checkSession(context, id, { ip: '10.0.0.1' });
  if (actor === null) throw new Error('should have a session');
  return actor;
}

test('the role in a cluster is the lesser of the two, and none where one has no part', () => {
  const limited = (role: 'viewer' | 'operator') => rightsOf({ role, clusters: parts });
  expect(roleIn(limited('operator'), 'local')).toBe('operator');
  expect(roleIn(limited('operator'), 'kafka')).toBe('viewer');
  expect(roleIn(limited('viewer'), 'local')).toBe('viewer');
  expect(roleIn(limited('operator'), 'other')).toBeNull();
  expect(roleIn(limited('operator'), '__proto__')).toBeNull();
  expect(roleIn(rightsOf({ role: 'operator', clusters: [] }), 'local')).toBeNull();
  expect(roleIn(rightsOf({ role: 'operator', clusters: null }), 'anything')).toBe('operator');
  expect(() => authorise(limited('operator'), 'viewer', 'other')).toThrow('There is no cluster "other"');
  expect(() => authorise(limited('operator'), 'operator', 'kafka')).toThrow(/takes the role operator/);
  expect(() => authorise(limited('operator'), 'operator', 'local')).not.toThrow();
});

test('clusters one has no part in are in no list and answer as if they did not exist', async () => {
  await createUser(context, { name: 'ann', role: 'operator', password, clusters: [parts[1]] });
  const seen = contextOf(context, await actorOf('ann'));
  expect(allClusters(seen).map(({ id }) => id)).toEqual(['kafka']);
  expect(allClusters(context).map(({ id }) => id)).toEqual(['local', 'kafka']);
  expect(() => requireCluster(seen, 'local')).toThrow('There is no cluster "local"');
  expect(() => requireCluster(seen, 'kafka')).not.toThrow();
  expect(() => requireRoleIn(seen, 'kafka', 'operator')).toThrow(/takes the role operator/);
});

const ruleIn = (cluster: string) =>
  alertRuleInputSchema.parse({
    name: `lag in ${cluster}`,
    type: 'group-lag',
    cluster,
    group: 'billing',
    topic: null,
    threshold: 10,
    unit: 'records',
    forSeconds: 0,
    repeatSeconds: 3_600,
    maxTimes: null,
    level: 'P2',
    channelIds: [],
    enabled: true,
  });

test('alert rules and silences of other clusters are not there, those one only reads cannot be changed', async () => {
  await createUser(context, { name: 'ann', role: 'operator', password, clusters: [...parts] });
  await createUser(context, { name: 'eve', role: 'operator', password, clusters: [parts[0]] });
  const [ann, eve] = [await actorOf('ann'), await actorOf('eve')];
  const [seenByAnn, seenByEve] = [contextOf(context, ann), contextOf(context, eve)];
  const rule = await createAlertRule(context, ann, ruleIn('kafka'));
  await createAlertRule(seenByAnn, ann, ruleIn('local'));
  await expect(createAlertRule(seenByAnn, ann, ruleIn('kafka'))).rejects.toMatchObject({ type: 'role' });
  await expect(deleteAlertRule(seenByAnn, rule.id)).rejects.toMatchObject({ type: 'role' });
  expect((await listAlertRules(seenByAnn, everything)).total).toBe(2);
  expect((await listAlertRules(seenByEve, everything)).items.map(({ cluster }) => cluster)).toEqual([
    'local',
  ]);
  await expect(alertRule(seenByEve, rule.id)).rejects.toMatchObject({ type: 'not-found' });
  await expect(deleteAlertRule(seenByEve, rule.id)).rejects.toMatchObject({ type: 'not-found' });
  await expect(createAlertRule(seenByEve, eve, ruleIn('kafka'))).rejects.toMatchObject({ type: 'invalid' });

  const endsAt = new Date(context.now().getTime() + 60_000).toISOString();
  const silence = {
    cluster: 'kafka',
    ruleId: null,
    group: 'g',
    topic: null,
    broker: null,
    comment: '',
    endsAt,
  };
  const kept = await createSilence(context, ann, silence);
  await expect(createSilence(seenByAnn, ann, silence)).rejects.toMatchObject({ type: 'role' });
  expect((await listSilences(seenByEve, everything)).total).toBe(0);
  await expect(deleteSilence(seenByEve, kept.id)).rejects.toMatchObject({ type: 'not-found' });
  await expect(deleteSilence(seenByAnn, kept.id)).rejects.toMatchObject({ type: 'role' });
});

test('an administrator cannot be limited, neither when made nor later', async () => {
  const clusters = [parts[0]];
  await expect(createUser(context, { name: 'x', role: 'admin', password, clusters })).rejects.toMatchObject({
    type: 'invalid',
  });
  const user = await createUser(context, { name: 'ann', role: 'operator', password, clusters });
  await expect(changeUser(context, user.id, { role: 'admin' })).rejects.toMatchObject({ type: 'invalid' });
  expect(await changeUser(context, user.id, { role: 'admin', clusters: null })).toMatchObject({
    clusters: null,
  });
});

test("one's own token may what its owner may now, and ends with the owner", async () => {
  const user = await createUser(context, { name: 'ann', role: 'operator', password, clusters: [...parts] });
  const ann = await actorOf('ann');
  const make = (role: 'viewer' | 'operator' | 'admin') =>
    createOwnToken(context, ann, { name: 'ci', role, expiresInDays: 1 });
  await expect(make('admin')).rejects.toMatchObject({ type: 'invalid' });
  const { token, id, owner } = await make('operator');
  expect(owner).toBe('ann');
  const now = () => checkToken(context, token, '10.0.0.1');
  const actor = await now();
  expect(actor).toMatchObject({ kind: 'token', role: 'operator', name: 'ann/token:ci' });
  expect(actor?.clusters?.get('kafka')).toBe('viewer');
  await changeUser(context, user.id, { role: 'viewer', clusters: [parts[1]] });
  expect(await now()).toMatchObject({ role: 'viewer' });
  expect((await now())?.clusters?.has('local')).toBe(false);
  await changeUser(context, user.id, { disabled: true });
  expect(await now()).toBeNull();
  await changeUser(context, user.id, { disabled: false });
  await expect(revokeToken(context, id, { id: 'somebody else' })).rejects.toMatchObject({
    type: 'not-found',
  });
  expect((await listTokens(context, everything, { id: 'somebody else' })).total).toBe(0);
  expect((await listTokens(context, everything, ann)).total).toBe(1);
  await context.database.user.delete({ where: { id: user.id } });
  expect(await now()).toBeNull();
});

test('nobody has tokens without number', async () => {
  await createUser(context, { name: 'ann', role: 'viewer', password });
  const ann = await actorOf('ann');
  const input = { name: 'ci', role: 'viewer', expiresInDays: 1 } as const;
  for (let number = 0; number < ownTokensMax; number += 1) await createOwnToken(context, ann, input);
  await expect(createOwnToken(context, ann, input)).rejects.toMatchObject({ type: 'conflict' });
});
