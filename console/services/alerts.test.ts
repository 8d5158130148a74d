/** Alert rules, channels and silences as people make them: references that exist, secrets that stay inside. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { alertRuleInputSchema } from '../contracts/alerts.ts';
import { channelInputSchema } from '../contracts/channels.ts';
import { createAlertRule, deleteAlertRule, listAlertRules, replaceAlertRule } from './alert-rules.ts';
import { createChannel, deleteChannel, listChannels, replaceChannel, requireChannel } from './channels.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { createSilence, deleteSilence, listSilences } from './silences.ts';
import { openTestConsole } from './testing/test-context.ts';
import type { TestConsole } from './testing/test-context.ts';

let console_: TestConsole;
let context: ConsoleContext;
beforeEach(async () => {
  console_ = await openTestConsole();
  context = console_.context;
});
afterEach(() => console_.close());

const operator: Actor = {
  kind: 'user',
  id: 'u',
  name: 'ann',
  role: 'operator',
  clusters: null,
  ip: '::1',
  sessionId: null,
};
const everything = { limit: 100 };
const url = 'smtp://robot:s3cret-pass@mail.example:587';
const channelInput = (settings: Record<string, unknown>) =>
  channelInputSchema.parse({
    name: 'mail',
    type: 'email',
    settings: { to: ['ops@example.com'], ...settings },
  });
const ruleInput = (fields: Record<string, unknown> = {}) =>
  alertRuleInputSchema.parse({
    name: 'billing is late',
    type: 'group-lag',
    cluster: 'local',
    group: 'billing',
    threshold: 100,
    ...fields,
  });

test('a channel keeps its password to itself, in answers and in the file', async () => {
  const { id, settings } = await createChannel(context, channelInput({ url }));
  expect(settings).toEqual({
    url: 'smtp://robot:***@mail.example:587',
    from: null,
    to: ['ops@example.com'],
    startTls: null,
  });
  expect(JSON.stringify(await listChannels(context, everything))).not.toContain('s3cret');
  await replaceChannel(context, id, channelInput({ url: settings.url, to: ['other@example.com'] }));
  const stored = await requireChannel(context, id);
  expect(stored.secret).toEqual({ url });
  expect(stored.settings['to']).toEqual(['other@example.com']);
  await expect(
    replaceChannel(context, id, channelInput({ url: 'smtp://robot:***@evil.example' })),
  ).rejects.toMatchObject({ type: 'invalid' });
  for (const name of readdirSync(console_.directory)) {
    expect(readFileSync(path.join(console_.directory, name)).includes('s3cret-pass'), name).toBe(false);
  }
  await deleteChannel(context, id);
  await expect(deleteChannel(context, id)).rejects.toMatchObject({ type: 'not-found' });
});

test('a channel without a server needs the default one', async () => {
  await expect(createChannel(context, channelInput({}))).rejects.toMatchObject({
    errors: { 'settings.url': expect.any(String) },
  });
  const withDefault = { ...context, config: { ...context.config, smtpUrl: 'smtp://localhost' } };
  expect(await createChannel(withDefault, channelInput({}))).toMatchObject({ settings: { url: null } });
});

test.each([
  ['a line break', ['a@b.c\r\nBcc: x@y.z']],
  ['a quoted local part', ['"x@evil y"@ok.example']],
  ['a comment', ['a(b)@c.example']],
  ['full-width @', ['a＠b.example']],
  ['a name beside', ['Ann <a@b.example>']],
  ['a list in one', ['a@b.example,c@d.example']],
  ['nobody', []],
  ['too many', Array.from({ length: 51 }, (_, index) => `a${index}@b.example`)],
])('recipients with %s are refused', (_, to) => {
  expect(channelInputSchema.safeParse({ name: 'x', type: 'email', settings: { to } }).success).toBe(false);
});

test('a rule names a watched cluster and channels that exist', async () => {
  const channel = await createChannel(context, channelInput({ url }));
  const wrong = ruleInput({ cluster: 'elsewhere', channelIds: ['none'] });
  await expect(createAlertRule(context, operator, wrong)).rejects.toMatchObject({
    type: 'invalid',
    errors: { cluster: expect.any(String), channelIds: expect.any(String) },
  });
  const rule = await createAlertRule(context, operator, ruleInput({ channelIds: [channel.id, channel.id] }));
  expect(rule).toMatchObject({
    createdBy: 'ann',
    state: 'unknown',
    topic: null,
    unit: 'records',
    channelIds: [channel.id],
    maxTimes: null,
  });
  const changed = await replaceAlertRule(
    context,
    rule.id,
    ruleInput({ threshold: 5, enabled: false, channelIds: [] }),
  );
  expect(changed).toMatchObject({
    id: rule.id,
    threshold: 5,
    enabled: false,
    channelIds: [],
    createdAt: rule.createdAt,
  });
  await deleteAlertRule(context, rule.id);
  expect((await listAlertRules(context, everything)).total).toBe(0);
  await expect(replaceAlertRule(context, rule.id, ruleInput())).rejects.toMatchObject({ type: 'not-found' });
});

test('deleting a rule closes what fires for it and keeps the record', async () => {
  const rule = await createAlertRule(context, operator, ruleInput());
  const incident = {
    ruleId: rule.id,
    ruleName: rule.name,
    subject: '[]',
    cluster: 'local',
    level: 'P2',
    threshold: 1,
    unit: 'records',
  };
  await context.database.incident.create({
    data: { ...incident, id: 'i', state: 'firing', startedAt: context.now() },
  });
  await deleteAlertRule(context, rule.id);
  expect(await context.database.incident.findUnique({ where: { id: 'i' } })).toMatchObject({
    state: 'resolved',
    ruleName: rule.name,
  });
});

test('a silence begins now unless told otherwise, ends in the future, and is gone once it is over', async () => {
  const endsAt = new Date(context.now().getTime() + 60_000).toISOString();
  const input = {
    cluster: 'local',
    ruleId: null,
    group: 'billing',
    topic: null,
    broker: null,
    comment: '',
    endsAt,
  };
  const silence = await createSilence(context, operator, input);
  expect(silence).toMatchObject({ startsAt: context.now().toISOString(), createdBy: 'ann' });
  await expect(
    createSilence(context, operator, { ...input, endsAt: context.now().toISOString() }),
  ).rejects.toMatchObject({ type: 'invalid' });
  console_.pass(60_000);
  expect((await listSilences(context, everything)).items).toEqual([]);
  await deleteSilence(context, silence.id);
  await expect(deleteSilence(context, silence.id)).rejects.toMatchObject({ type: 'not-found' });
});
