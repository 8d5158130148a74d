/**
 * Judges the alerts of a cluster after each round, and while no round ends: reads rules and where they stand, decides
 * (decide-round.ts), and writes the outcome in one transaction. Sending is not done here: what is to be sent is in the outbox before
 * anybody tries. One judgement of a cluster at a time, in the order in which they are asked for.
 *
 * While the database fails, rules are judged by what is known of them (alert-book.ts), and the outcome is written when it is back.
 */
import { randomUUID } from 'node:crypto';
import { pagePaths } from '../contracts/paths.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { readRuleDefinitions } from '../store/alert-rules.ts';
import {
  applyTransitions,
  LeaseLostError,
  readOpenIncidents,
  readRuleStates,
  readToldChannels,
  type Fence,
  type NewDelivery,
  type OpenIncident,
  type Transitions,
} from '../store/alert-transitions.ts';
import { databaseHealth } from '../store/database-health.ts';
import type { Database } from '../store/database.ts';
import { readSilencesOf } from '../store/silences.ts';
import { AlertBook, type ClusterBook } from './alert-book.ts';
import type { RuleDefinition, RuleState, Subject } from './alert-rule.ts';
import { mayResolve } from './evaluate.ts';
import { decideRound, type DecidedDelivery, type RoundDecision } from './decide-round.ts';
import { courseOf } from './measure.ts';
import type { Notice, NoticeChart } from './notice.ts';
import type { RoundView, Sight } from './reading.ts';
import type { CourseOf } from './rule-types/rule-type.ts';

/** The course of a value over the time before now; null where nothing is kept of it. */
export type ReadCourse = (clusterId: string, course: CourseOf, nowMs: number) => Promise<NoticeChart | null>;

export interface AlertEngineOptions {
  readonly database: Database;
  readonly intervalMs: number;
  readonly publicUrl: string;
  /** Its pages have the short addresses. */
  readonly defaultClusterId: () => string | null;
  /** What stands behind the @ of a Message-ID. */
  readonly messageDomain: string;
  readonly newId?: () => string;
  readonly readCourse?: ReadCourse;
  /** Shared with who sends. */
  readonly book?: AlertBook;
  /** Under which lease decisions are written; null: nobody else decides. */
  readonly fence?: () => Fence | null;
}

/** What a round is judged by, and whether the database said so just now. */
interface Known {
  readonly by: ClusterBook;
  readonly isRead: boolean;
}

/** A storm is told without pictures: so many are looked up in one round. */
const COURSES_MAX = 8;

export class AlertEngine {
  readonly #options: AlertEngineOptions;
  readonly #book: AlertBook;
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(options: AlertEngineOptions) {
    this.#options = options;
    this.#book = options.book ?? new AlertBook();
  }

  /** Resolves once everything that follows from this snapshot is in the database, or in the book while that fails. */
  judge(snapshot: ClusterSnapshot, nowMs: number): Promise<RoundDecision> {
    const sight = { lastRoundMs: snapshot.asOfMs, reason: null };
    return this.#inTurn(snapshot.clusterId, { snapshot, sight, nowMs });
  }

  /** The same while there is no snapshot: what is not known is kept as it was, and rules on the collector itself go on. */
  judgeBlind(clusterId: string, sight: Sight, nowMs: number): Promise<RoundDecision> {
    return this.#inTurn(clusterId, { snapshot: null, sight, nowMs });
  }

  #inTurn(clusterId: string, view: RoundView): Promise<RoundDecision> {
    const before = this.#last.get(clusterId) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(() => this.#judge(clusterId, view));
    this.#last.set(clusterId, turn);
    return turn;
  }

  async #judge(clusterId: string, view: RoundView): Promise<RoundDecision> {
    const { intervalMs, messageDomain, newId = randomUUID } = this.#options;
    const { nowMs } = view;
    const { by, isRead } = await this.#known(clusterId, nowMs);
    const decision = decideRound({
      ...by,
      view,
      intervalMs,
      newId,
      linkOf: (cluster, subject) => this.#linkOf(cluster, subject),
      messageIdOf: (deliveryId) => `<aquila.${deliveryId}@${messageDomain}>`,
    });
    const deliveries = await this.#withCourses(decision.deliveries, isRead ? nowMs : null);
    const { kept, dropped, incidents } = decision;
    const decided = { kept, dropped, incidents, deliveries };
    if (!isRead) this.#book.owe(clusterId, decided);
    else await this.#write(clusterId, decided);
    this.#book.keep(clusterId, by, decided);
    return decision;
  }

  async #write(clusterId: string, decided: Transitions): Promise<void> {
    try {
      await applyTransitions(this.#options.database, decided, this.#fence());
    } catch (error) {
      if (error instanceof LeaseLostError) throw error;
      this.#book.owe(clusterId, decided);
    }
  }

  #fence(): Fence | null {
    return this.#options.fence?.() ?? null;
  }

  /** While the database is known to fail nobody waits for it: who sends finds out when it is back. */
  async #known(clusterId: string, nowMs: number): Promise<Known> {
    const by = this.#book.cluster(clusterId);
    if (by !== null && databaseHealth().state === 'failing') return this.#remembered(by);
    try {
      await this.#book.flush(this.#options.database, this.#fence());
      return { by: await this.#read(clusterId, nowMs), isRead: true };
    } catch (error) {
      if (by === null || error instanceof LeaseLostError) throw error;
      return this.#remembered(by);
    }
  }

  #remembered(by: ClusterBook): Known {
    return { by: { ...by, openIncidents: this.#withToldOfBook(by) }, isRead: false };
  }

  async #read(clusterId: string, nowMs: number): Promise<ClusterBook> {
    const { database } = this.#options;
    const rules = await readRuleDefinitions(database, clusterId);
    const states = await readRuleStates(
      database,
      rules.map((rule) => rule.id),
    );
    const openIncidents = await readOpenIncidents(database, clusterId);
    const ending = states.filter((state) => mayResolve(state, nowMs));
    return {
      rules,
      states,
      openIncidents: ending.length === 0 ? openIncidents : await this.#withTold(openIncidents, ending),
      silences: rules.length === 0 ? [] : await readSilencesOf(database, clusterId, new Date(nowMs)),
      channelNames: rules.length === 0 ? new Map() : await this.#enabledChannels(),
    };
  }

  /** Looked up only for those that may end in this round. */
  async #withTold(
    open: Map<string, OpenIncident>,
    ending: readonly RuleState[],
  ): Promise<Map<string, OpenIncident>> {
    const ids = ending.flatMap(({ incidentId }) => incidentId ?? []);
    for (const [id, toldChannelIds] of await readToldChannels(this.#options.database, ids)) {
      const incident = open.get(id);
      if (incident !== undefined) open.set(id, { ...incident, toldChannelIds });
    }
    return open;
  }

  /** What was told before this process began is not in the book: the rule's channels are told as well. */
  #withToldOfBook({ rules, openIncidents }: ClusterBook): Map<string, OpenIncident> {
    const channelsOf = new Map(rules.map(({ id, channelIds }) => [id, channelIds]));
    return new Map(
      [...openIncidents].map(([id, incident]) => {
        const told = this.#book.outbox.toldChannelsOf(id) ?? [];
        const toldChannelIds = [...new Set([...told, ...(channelsOf.get(incident.ruleId) ?? [])])];
        return [id, { ...incident, toldChannelIds }];
      }),
    );
  }

  #linkOf(cluster: string, { group, topic, broker }: Subject): string {
    const { publicUrl, defaultClusterId } = this.#options;
    const shown = cluster === defaultClusterId() ? null : cluster;
    if (group !== null) return publicUrl + pagePaths.group(group, shown);
    if (topic !== null) return publicUrl + pagePaths.topic(topic, shown);
    return publicUrl + (broker === null ? pagePaths.overview(shown) : pagePaths.broker(broker, shown));
  }

  /** Adds the picture of the course to the first notices; the same course is read once for all channels. Null: nothing can be read. */
  async #withCourses(decided: readonly DecidedDelivery[], nowMs: number | null): Promise<NewDelivery[]> {
    const charts = new Map<string, NoticeChart | null>();
    const deliveries: NewDelivery[] = [];
    for (const { notice, rule, subject, ...delivery } of decided) {
      const { incidentId } = delivery;
      if (nowMs !== null && !charts.has(incidentId) && charts.size < COURSES_MAX) {
        charts.set(incidentId, await this.#chartOf(rule, subject, nowMs));
      }
      const told: Notice = { ...notice, chart: charts.get(incidentId) ?? null };
      deliveries.push({ ...delivery, payload: JSON.stringify(told) });
    }
    return deliveries;
  }

  /** A notice without its picture is better than none. */
  async #chartOf(rule: RuleDefinition, subject: Subject, nowMs: number): Promise<NoticeChart | null> {
    const { readCourse } = this.#options;
    const course = courseOf(rule, subject);
    if (readCourse === undefined || course === null) return null;
    return readCourse(rule.cluster, course, nowMs).catch(() => null);
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
