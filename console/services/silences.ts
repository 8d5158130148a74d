/** Silences that are in force or still to come. */
import { randomUUID } from 'node:crypto';
import { subjectWords } from '../alerting/alert-rule.ts';
import type { Silence, SilenceInput } from '../contracts/alerts.ts';
import type { List } from '../contracts/envelope.ts';
import * as store from '../store/silences.ts';
import { ConsoleError } from './console-error.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { pageOf } from './list-page.ts';
import type { PageQuery } from './list-page.ts';
import { maySee, requireRoleIn } from './permission.ts';

const brokerWords = (broker: number | null) => (broker === null ? '' : `broker ${String(broker)}`);

/** What it is about, in words; one of nothing in particular is about its cluster. */
export const subjectOfSilence = (silence: Pick<Silence, 'group' | 'topic' | 'broker' | 'cluster'>): string =>
  subjectWords(silence, silence.cluster);

export async function listSilences(context: ConsoleContext, query: PageQuery): Promise<List<Silence>> {
  const all = await store.listSilences(context.database, context.now());
  const silences = all.filter(({ cluster }) => maySee(context, cluster));
  const shape = {
    textOf: (item: Silence) =>
      `${item.comment} ${item.group ?? ''} ${item.topic ?? ''} ${brokerWords(item.broker)} ${item.createdBy}`,
    keyOf: (item: Silence) => item.endsAt,
  };
  return pageOf(silences, query, shape, { asOf: context.now().toISOString(), stale: false });
}

export async function createSilence(
  context: ConsoleContext,
  actor: Actor,
  input: SilenceInput,
): Promise<Silence> {
  requireRoleIn(context, input.cluster, 'operator');
  const startsAt = input.startsAt ?? context.now().toISOString();
  if (Date.parse(input.endsAt) <= context.now().getTime()) {
    throw new ConsoleError('invalid', 'A silence has to end in the future.', {
      errors: { endsAt: 'has to be in the future' },
    });
  }
  const silence: Silence = { ...input, id: randomUUID(), startsAt, createdBy: actor.name };
  await store.insertSilence(context.database, silence);
  return silence;
}

/** Also one that is over: who still sees it may take it away. */
export async function deleteSilence(context: ConsoleContext, id: string): Promise<void> {
  const notFound = new ConsoleError('not-found', 'There is no such silence.');
  const cluster = await store.clusterOfSilence(context.database, id);
  if (cluster === null || !maySee(context, cluster)) throw notFound;
  requireRoleIn(context, cluster, 'operator');
  if (!(await store.deleteSilence(context.database, id))) throw notFound;
}
