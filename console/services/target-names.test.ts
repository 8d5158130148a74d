/** What the audit trail calls things: by name as long as they are there, by id when nothing has it. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { alertRuleInputSchema, silenceInputSchema } from '../contracts/alerts.ts';
import { channelInputSchema } from '../contracts/channels.ts';
import { endpoints } from '../contracts/endpoints.ts';
import { createAlertRule, deleteAlertRule } from './alert-rules.ts';
import { createToken } from './api-tokens.ts';
import { createUser } from './accounts.ts';
import { createChannel } from './channels.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { createSession } from './sessions.ts';
import { createSilence, subjectOfSilence } from './silences.ts';
import { nameOfTarget, namerOf } from './target-names.ts';
import { findUserById } from '../store/users.ts';
import { openTestConsole } from './testing/test-context.ts';
import type { TestConsole } from './testing/test-context.ts';

let console_: TestConsole;
let context: ConsoleContext;
beforeEach(async () => {
  console_ = await openTestConsole();
  context = console_.context;
});
afterEach(() => console_.close());

const actor: Actor = {
  ...{ kind: 'user', id: 'u', name: 'ann', role: 'admin', clusters: null },
  ...{ ip: '::1', sessionId: null },
};
const silence = (about: object) =>
  silenceInputSchema.parse({ cluster: 'local', endsAt: '2026-01-02T00:00:00Z', ...about });

test('whatever an action of the API names by its id has a name', () => {
  const named = Object.values(endpoints).filter(
    (endpoint) => 'action' in endpoint && endpoint.path.includes('{id}'),
  );
  expect(named.length).toBeGreaterThan(8);
  for (const { path } of named) expect(namerOf(path), path).toBeDefined();
  expect(namerOf('/clusters/{cluster}')).toBeUndefined();
});

test('a name is that of the account, session, token, rule, channel, silence', async () => {
  const role = 'operator' as const;
  const user = await createUser(context, { name: 'erin', role, password: 'a long enough one' });
  const stored = await findUserById(context.database, user.id);
  if (stored === null) throw new Error('the user is not there');
  const session = await createSession(context, stored, { ip: '::1', userAgent: '' });
  const token = await createToken(context, { name: 'backup script', role, expiresInDays: 1 }, 'ann');
  const channel = await createChannel(
    context,
    channelInputSchema.parse({
      ...{ name: 'on call', type: 'email' },
      settings: { url: 'smtp://127.0.0.1', to: ['ops@example.com'] },
    }),
  );
  const rule = await createAlertRule(
    context,
    actor,
    alertRuleInputSchema.parse({ name: 'late', type: 'broker-down', cluster: 'local' }),
  );
  const { id } = await createSilence(context, actor, silence({ group: 'pay-*', topic: 'orders' }));
  expect(
    await Promise.all([
      nameOfTarget(context, '/users/{id}', user.id),
      nameOfTarget(context, '/account/sessions/{id}', session),
      nameOfTarget(context, '/tokens/{id}', token.id),
      nameOfTarget(context, '/alerts/channels/{id}/test', channel.id),
      nameOfTarget(context, '/alerts/rules/{id}', rule.id),
      nameOfTarget(context, '/alerts/silences/{id}', id),
    ]),
  ).toEqual(['erin', 'erin', 'backup script', 'on call', 'late', 'pay-* on orders']);
  await deleteAlertRule(context, rule.id);
  expect(await nameOfTarget(context, '/alerts/rules/{id}', rule.id)).toBe(rule.id);
});

test('an incident is called by its rule and what it is about', async () => {
  await context.database.incident.create({
    data: {
      ...{ id: 'i', ruleId: 'r', ruleName: 'A broker is down', type: 'broker-down', subject: '{"broker":2}' },
      ...{
        cluster: 'local',
        broker: 2,
        level: 'P0',
        state: 'firing',
        unit: '',
        threshold: 0,
        startedAt: context.now(),
      },
    },
  });
  expect(await nameOfTarget(context, '/alerts/incidents/{id}/acknowledge', 'i')).toBe(
    'A broker is down: broker 2',
  );
});

test('nothing has the id, or nobody can say: the id', async () => {
  const id = randomUUID();
  expect(await nameOfTarget(context, '/users/{id}', id)).toBe(id);
  await context.database.$disconnect();
  const gone = {
    ...context,
    database: new Proxy(context.database, { get: () => () => Promise.reject(new Error('gone')) }),
  };
  expect(await nameOfTarget(gone, '/users/{id}', id)).toBe(id);
});

test('a silence of nothing in particular is about its cluster, one of a broker about that', () => {
  expect(subjectOfSilence(silence({}))).toBe('local');
  expect(subjectOfSilence(silence({ broker: 0 }))).toBe('broker 0');
});
