/**
 * What the audit trail calls a thing that paths name by its id: the name under which people know it. It is read before the thing is changed, because
 * afterwards there may be nobody who could tell.
 */
import { subjectWords } from '../alerting/alert-rule.ts';
import { readChannel } from '../store/alert-channels.ts';
import { findRule } from '../store/alert-rules.ts';
import { listTokens } from '../store/api-tokens.ts';
import { readIncident } from '../store/incidents.ts';
import { findSession } from '../store/sessions.ts';
import { findSilence } from '../store/silences.ts';
import { findUserById } from '../store/users.ts';
import type { ConsoleContext } from './context.ts';
import { subjectOfSilence } from './silences.ts';

type NameOf = (context: ConsoleContext, id: string) => Promise<string | undefined>;

/** By the last word of a path before `{id}`. */
const namers = {
  users: async ({ database }, id) => (await findUserById(database, id))?.name,
  sessions: async ({ database }, id) => (await findSession(database, id))?.user.name,
  tokens: async ({ database }, id) => (await listTokens(database)).find((token) => token.id === id)?.name,
  rules: async ({ database }, id) => (await findRule(database, id))?.name,
  channels: async ({ database, channelKey }, id) => (await readChannel(database, channelKey, id))?.name,
  incidents: async ({ database }, id) => {
    const incident = await readIncident(database, id);
    return incident === null
      ? undefined
      : `${incident.ruleName}: ${subjectWords(incident, incident.cluster)}`;
  },
  silences: async ({ database }, id) => {
    const silence = await findSilence(database, id);
    return silence === null ? undefined : subjectOfSilence(silence);
  },
} satisfies Record<string, NameOf>;

export function namerOf(path: string): NameOf | undefined {
  const word = /([a-z-]+)\/\{id\}/.exec(path)?.[1] ?? '';
  return Object.hasOwn(namers, word) ? namers[word as keyof typeof namers] : undefined;
}

/** The id itself where nothing has it, or the database cannot say at this moment. `path` as the contract has it. */
export async function nameOfTarget(context: ConsoleContext, path: string, id: string): Promise<string> {
  const name = await namerOf(path)?.(context, id).catch(() => undefined);
  return name ?? id;
}
