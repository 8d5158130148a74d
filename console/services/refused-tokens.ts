/**
 * Tells the administrators when somebody goes on guessing at the topic token: at the tenth try within an hour that was refused for it,
 * whoever made them and also those that were refused because there had been too many. Told once an hour at most, by every e-mail
 * channel, through the outbox. Who it was stands in the mail and in the audit trail, not in the incident, which viewers read.
 */
import { randomUUID } from 'node:crypto';
import { messageDomainOf } from '../alerting/alert-engine.ts';
import type { Notice } from '../alerting/notice.ts';
import { pagePaths, withQuery } from '../contracts/paths.ts';
import { reserveTry, takeBackTries } from '../store/failed-tries.ts';
import { keepPastIncident } from '../store/past-incident.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { errorFields, logEvent } from './log.ts';

export const refusedTokensToTell = 10;
export const tellWindowMs = 3_600_000;

const everybody = { subject: 'everybody', windowMs: tellWindowMs };
const incidentName = 'Refused topic tokens';
const summary = `${String(refusedTokensToTell)} tries to delete topics were refused within an hour for a wrong topic token`;

/** Never throws: that nobody can be told changes nothing for who asked. */
export async function noteRefusedToken(
  context: ConsoleContext,
  actor: Pick<Actor, 'name' | 'ip'>,
  clusterId: string,
): Promise<void> {
  try {
    const place = await placeToTell(context);
    if (place === null) return;
    try {
      await tell(context, actor, clusterId);
    } catch (error) {
      await takeBackTries(context.database, place);
      throw error;
    }
  } catch (error) {
    logEvent('error', 'refused-tokens-not-told', { cluster: clusterId, ...errorFields(error) });
  }
}

/** Null: not yet, or told already. The tries before the last one have places; the last one finds none. */
async function placeToTell({ database, now }: ConsoleContext): Promise<readonly number[] | null> {
  const nowMs = now().getTime();
  const tries = { ...everybody, kind: 'topic-token-refused', tries: refusedTokensToTell - 1 };
  if ('ids' in (await reserveTry(database, [tries], nowMs))) return null;
  const told = { ...everybody, kind: 'topic-token-told', tries: 1 };
  const place = await reserveTry(database, [told], nowMs);
  return 'ids' in place ? place.ids : null;
}

async function tell(
  context: ConsoleContext,
  actor: Pick<Actor, 'name' | 'ip'>,
  clusterId: string,
): Promise<void> {
  const { config, database } = context;
  const at = context.now();
  const incident = {
    ...{ id: randomUUID(), name: incidentName, type: 'refused-tokens', cluster: clusterId, level: 'P1' },
    ...{ value: refusedTokensToTell, threshold: refusedTokensToTell, unit: 'tries', at },
    reason: `${summary}; the audit trail says by whom`,
  };
  const notice: Notice = {
    ...{ kind: 'firing', type: 'refused-tokens', ruleName: incidentName, level: 'P1', cluster: clusterId },
    ...{ group: null, topic: null, subject: 'topic token', status: null, cause: null, chart: null },
    ...{ value: refusedTokensToTell, peakValue: null, threshold: null, unit: 'tries' },
    reason: `${summary}, the last one of ${actor.name} from ${actor.ip}`,
    ...{ incidentId: incident.id, startedAtMs: at.getTime(), atMs: at.getTime() },
    link: config.publicUrl + withQuery(pagePaths.audit(), { outcome: 'refused' }),
  };
  await keepPastIncident(database, incident, () => {
    const id = randomUUID();
    const messageId = `<aquila.${id}@${messageDomainOf(config.mailFrom)}>`;
    return { id, messageId, payload: JSON.stringify(notice) };
  });
}
