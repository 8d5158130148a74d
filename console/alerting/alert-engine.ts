/**
 * Judges the alerts of a cluster after each round: reads rules and where they stand, decides (decide-round.ts), and writes
 * the outcome in one transaction. Sending is not done here: what is to be sent is in the outbox before anybody tries.
 */
import { randomUUID } from 'node:crypto';
import { pagePaths } from '../contracts/paths.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { readRuleDefinitions } from '../store/alert-rules.ts';
import {
  applyTransitions,
  closeOrphans,
  readOpenIncidents,
  readRuleStates,
} from '../store/alert-transitions.ts';
import type { Database } from '../store/database.ts';
import { readActiveSilences } from '../store/silences.ts';
import { decideRound, type RoundDecision } from './decide-round.ts';

export interface AlertEngineOptions {
  readonly database: Database;
  readonly intervalMs: number;
  readonly publicUrl: string;
  /** Its pages have the short addresses. */
  readonly defaultClusterId: () => string | null;
  /** What stands behind the @ of a Message-ID. */
  readonly messageDomain: string;
  readonly newId?: () => string;
}

export class AlertEngine {
  readonly #options: AlertEngineOptions;

  constructor(options: AlertEngineOptions) {
    this.#options = options;
  }

  /** Resolves once everything that follows from this snapshot is in the database. */
  async judge(snapshot: ClusterSnapshot, nowMs: number): Promise<RoundDecision> {
    const {
      database,
      intervalMs,
      publicUrl,
      defaultClusterId,
      messageDomain,
      newId = randomUUID,
    } = this.#options;
    const { clusterId } = snapshot;
    const rules = await readRuleDefinitions(database, clusterId);
    const states = await readRuleStates(
      database,
      rules.map((rule) => rule.id),
    );
    const openIncidents = await readOpenIncidents(database, clusterId);
    const decision = decideRound({
      snapshot,
      rules,
      states,
      openIncidents,
      silences: rules.length === 0 ? [] : await readActiveSilences(database, clusterId, new Date(nowMs)),
      channelNames: rules.length === 0 ? new Map() : await this.#enabledChannels(),
      timing: { nowMs, intervalMs },
      newId,
      linkOf: (cluster, group) => {
        const shown = cluster === defaultClusterId() ? null : cluster;
        return publicUrl + (group === null ? pagePaths.groups(shown) : pagePaths.group(group, shown));
      },
      messageIdOf: (deliveryId) => `<aquila.${deliveryId}@${messageDomain}>`,
    });
    await applyTransitions(database, decision, nowMs);
    const ended = new Set(decision.incidents.filter((change) => change.resolved).map((change) => change.id));
    const orphaned = [...openIncidents.keys()].some((id) => !decision.stillOpen.has(id) && !ended.has(id));
    if (orphaned) await closeOrphans(database, clusterId, decision.stillOpen, nowMs);
    return decision;
  }

  async #enabledChannels(): Promise<Map<string, string>> {
    const rows = await this.#options.database.channel.findMany({
      where: { enabled: true },
      select: { id: true, name: true },
    });
    return new Map(rows.map(({ id, name }) => [id, name]));
  }
}

/** The domain of the sender's address; a Message-ID needs one, and it has to stay the same. */
export function messageDomainOf(mailFrom: string | null): string {
  const domain = mailFrom?.split('@')[1]?.replace(/[^A-Za-z0-9.-]/g, '');
  return domain === undefined || domain === '' ? 'aquila.localhost' : domain;
}
