/** Alert rules: list, create, replace, delete. A rule names a watched cluster and channels that exist. */
import { randomUUID } from 'node:crypto';
import { isMeasured } from '../alerting/measure.ts';
import type { RoundView } from '../alerting/reading.ts';
import { conditionErrors } from '../contracts/alert-conditions.ts';
import { alertRuleSchema } from '../contracts/alerts.ts';
import type { AlertRule, AlertRuleInput } from '../contracts/alerts.ts';
import type { List } from '../contracts/envelope.ts';
import * as store from '../store/alert-rules.ts';
import type { StoredRule } from '../store/alert-rules.ts';
import { ConsoleError } from './console-error.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { pageOf } from './list-page.ts';
import type { PageQuery } from './list-page.ts';
import { maySee, requireRoleIn } from './permission.ts';
import { freshSnapshot } from './watched-clusters.ts';

const notFound = () => new ConsoleError('not-found', 'There is no such alert rule.');

/** Firing and pending hold over a round without data; `ok` needs data that says so. */
function toContract(context: ConsoleContext, { pending, firing, ...rule }: StoredRule): AlertRule {
  if (!rule.enabled) return contractOf(rule, 'unknown');
  if (firing || pending) return contractOf(rule, firing ? 'firing' : 'pending');
  return contractOf(rule, isMeasured(rule, roundView(context, rule.cluster)) ? 'ok' : 'unknown');
}

/** A rule is one of many shapes, and none of them is changed by what is added to all. */
function contractOf(rule: Omit<StoredRule, 'pending' | 'firing'>, state: AlertRule['state']): AlertRule {
  return alertRuleSchema.parse({ ...rule, state });
}

/** The round that just was, as rules see it. */
function roundView(context: ConsoleContext, clusterId: string): RoundView {
  const nowMs = context.now().getTime();
  const snapshot = freshSnapshot(context, clusterId);
  return { snapshot, nowMs, sight: { lastRoundMs: snapshot?.asOfMs ?? nowMs, reason: null } };
}

/** A rule of a cluster that is not there for whoever asks is not there either. */
async function requireSeen(context: ConsoleContext, id: string): Promise<StoredRule> {
  const rule = await store.findRule(context.database, id);
  if (rule === null || !maySee(context, rule.cluster)) throw notFound();
  return rule;
}

async function requireChangeable(context: ConsoleContext, id: string): Promise<void> {
  requireRoleIn(context, (await requireSeen(context, id)).cluster, 'operator');
}

async function requireReferences(context: ConsoleContext, input: AlertRuleInput): Promise<void> {
  const errors: Record<string, string> = conditionErrors(input);
  if (context.clusters.find(input.cluster) === undefined)
    errors['cluster'] = `is not a watched cluster: ${input.cluster}`;
  const unknown = await store.unknownChannels(context.database, input.channelIds);
  if (unknown.length > 0) errors['channelIds'] = `are no channels: ${unknown.join(', ')}`;
  if (Object.keys(errors).length > 0) {
    throw new ConsoleError('invalid', 'The rule cannot be kept like this.', { errors });
  }
  requireRoleIn(context, input.cluster, 'operator');
}

export async function listAlertRules(context: ConsoleContext, query: PageQuery): Promise<List<AlertRule>> {
  const rules = (await store.listRules(context.database))
    .filter((rule) => maySee(context, rule.cluster))
    .map((rule) => toContract(context, rule));
  const shape = {
    textOf: (rule: AlertRule) =>
      `${rule.name} ${rule.type} ${rule.cluster} ${rule.group ?? ''} ${rule.topic ?? ''}`,
    keyOf: (rule: AlertRule) => rule.createdAt,
  };
  return pageOf(rules, query, shape, { asOf: context.now().toISOString(), stale: false });
}

export async function alertRule(context: ConsoleContext, id: string): Promise<AlertRule> {
  return toContract(context, await requireSeen(context, id));
}

export async function createAlertRule(
  context: ConsoleContext,
  actor: Actor,
  input: AlertRuleInput,
): Promise<AlertRule> {
  await requireReferences(context, input);
  const id = randomUUID();
  await store.insertRule(context.database, input, { id, by: actor.name, at: context.now() });
  return alertRule(context, id);
}

export async function replaceAlertRule(
  context: ConsoleContext,
  id: string,
  input: AlertRuleInput,
): Promise<AlertRule> {
  await requireChangeable(context, id);
  await requireReferences(context, input);
  if (!(await store.updateRule(context.database, id, input, context.now()))) throw notFound();
  return alertRule(context, id);
}

export async function deleteAlertRule(context: ConsoleContext, id: string): Promise<void> {
  await requireChangeable(context, id);
  if (!(await store.deleteRule(context.database, id, context.now()))) throw notFound();
}
