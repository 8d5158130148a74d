/**
 * All rules of a cluster against one round: what to keep, which incidents begin, change and end, and who is told. Pure: ids and the
 * time come in; nothing is sent or stored here.
 *
 * First every rule is judged, then incidents with one cause are put together, then is decided who is told, so that the order of the
 * rules does not matter.
 */
import type { NewDelivery, OpenIncident, IncidentChange, Transitions } from '../store/alert-transitions.ts';
import { pick, type Reading, type RoundView } from './reading.ts';
import { subjectKey, type RuleDefinition, type RuleState, type Subject } from './alert-rule.ts';
import { groupByCause, type Cause, type Caused } from './common-cause.ts';
import { evaluate } from './evaluate.ts';
import { makeNotice, unitOf } from './make-notice.ts';
import { concerns, measure } from './measure.ts';
import type { Notice } from './notice.ts';
import { decideNotice, isSilenced, type NoticeReason, type Silence } from './notify-decision.ts';

export interface RoundInput {
  readonly view: RoundView;
  /** Distance of two rounds. */
  readonly intervalMs: number;
  /** Enabled rules of this cluster. */
  readonly rules: readonly RuleDefinition[];
  readonly states: readonly RuleState[];
  readonly openIncidents: ReadonlyMap<string, OpenIncident>;
  readonly silences: readonly Silence[];
  /** Enabled channels by id. */
  readonly channelNames: ReadonlyMap<string, string>;
  readonly newId: () => string;
  /** Page of the subject, absolute. */
  readonly linkOf: (cluster: string, subject: Subject) => string;
  readonly messageIdOf: (deliveryId: string) => string;
}

export interface DecidedDelivery extends Omit<NewDelivery, 'payload'> {
  readonly notice: Notice;
  readonly rule: RuleDefinition;
  readonly subject: Subject;
}

export interface RoundDecision extends Omit<Transitions, 'deliveries'> {
  readonly deliveries: readonly DecidedDelivery[];
  /** What was decided about telling somebody, by reason: for the log and for tests. */
  readonly reasons: Readonly<Partial<Record<NoticeReason, number>>>;
}

/** An incident of this round, new or not. */
interface Current {
  readonly rule: RuleDefinition;
  readonly state: RuleState;
  readonly reading: Reading;
  readonly incident: OpenIncident;
  readonly isNew: boolean;
  readonly isResolved: boolean;
  readonly isSilenced: boolean;
  /** Those of the rule's that are switched on. */
  readonly channelIds: readonly string[];
}

export function decideRound(input: RoundInput): RoundDecision {
  const round = new Deciding(input);
  const statesByRule = groupStates(input.states);
  for (const rule of input.rules) round.judge(rule, statesByRule.get(rule.id) ?? []);
  round.tell();
  round.closeOrphans();
  return round.decision;
}

function groupStates(states: readonly RuleState[]): Map<string, RuleState[]> {
  const byRule = new Map<string, RuleState[]>();
  for (const state of states) {
    const list = byRule.get(state.ruleId);
    if (list === undefined) byRule.set(state.ruleId, [state]);
    else list.push(state);
  }
  return byRule;
}

class Deciding {
  readonly #input: RoundInput;
  readonly #kept: RuleState[] = [];
  readonly #dropped: RuleState[] = [];
  readonly #current: Current[] = [];
  readonly #incidents: IncidentChange[] = [];
  readonly #deliveries: DecidedDelivery[] = [];
  readonly #reasons: Partial<Record<NoticeReason, number>> = {};

  constructor(input: RoundInput) {
    this.#input = input;
  }

  get decision(): RoundDecision {
    return {
      kept: this.#kept,
      dropped: this.#dropped,
      incidents: this.#incidents,
      deliveries: this.#deliveries,
      reasons: this.#reasons,
    };
  }

  judge(rule: RuleDefinition, known: readonly RuleState[]): void {
    const states = new Map<string, RuleState>();
    for (const state of known) {
      if (this.#stillApplies(rule, state)) states.set(subjectKey(state), state);
      else this.#dropped.push(state);
    }
    const { view, intervalMs } = this.#input;
    const timing = { nowMs: view.nowMs, intervalMs };
    for (const reading of measure(rule, view, [...states.values()])) {
      const before = states.get(subjectKey(reading)) ?? null;
      const { change, state } = evaluate(rule, reading, before, timing);
      if (change === 'cancelled' && before !== null) this.#dropped.push(before);
      else if (change === 'resolved' && before !== null) this.#goOn(rule, reading, before, true);
      else if (change === 'fired' && state !== null) this.#open(rule, reading, state);
      else if (state !== null) this.#keep(rule, reading, state);
    }
  }

  /** Decides who is told of what goes on in this round. */
  tell(): void {
    const firing = this.#current.filter(({ isResolved }) => !isResolved);
    const causes = groupByCause(firing.map(causedOf), this.#input.view.nowMs);
    const ledBy = new Map<string, number>();
    for (const { leadId } of causes.values()) {
      if (leadId !== null) ledBy.set(leadId, (ledBy.get(leadId) ?? 0) + 1);
    }
    for (const current of this.#current) {
      const { id } = current.incident;
      this.#follow(current, causes.get(id) ?? null, 1 + (ledBy.get(id) ?? 0));
    }
  }

  /** Incidents whose rule is gone, switched off or changed so that it no longer watches this: they end without a word. */
  closeOrphans(): void {
    const current = new Set(this.#current.map(({ incident }) => incident.id));
    for (const incident of this.#input.openIncidents.values()) {
      const { id, peakValue, threshold, timesNotified, lastNotifiedAtMs } = incident;
      const { noDataSinceMs, causedBy, causeSeenMs } = incident;
      if (current.has(id)) continue;
      this.#incidents.push({
        ...{
          id,
          peakValue,
          threshold,
          timesNotified,
          lastNotifiedAtMs,
          noDataSinceMs,
          causedBy,
          causeSeenMs,
        },
        ...{ opened: null, value: null, status: null, reason: null, notified: false },
        resolvedAtMs: this.#input.view.nowMs,
      });
    }
  }

  /** A rule may have been changed to watch something else, or its incident closed while it was switched off. */
  #stillApplies(rule: RuleDefinition, state: RuleState): boolean {
    if (!concerns(rule, state)) return false;
    return state.firingSinceMs === null || this.#input.openIncidents.has(state.incidentId ?? '');
  }

  #keep(rule: RuleDefinition, reading: Reading, state: RuleState): void {
    this.#kept.push(state);
    if (state.firingSinceMs !== null) this.#goOn(rule, reading, state, false);
  }

  #open(rule: RuleDefinition, reading: Reading, fired: RuleState): void {
    const incident: OpenIncident = {
      id: this.#input.newId(),
      ruleId: rule.id,
      startedAtMs: fired.firingSinceMs ?? this.#input.view.nowMs,
      peakValue: peakOf(reading, null),
      threshold: thresholdOf(reading, null),
      timesNotified: 0,
      lastNotifiedAtMs: null,
      isAcknowledged: false,
      noDataSinceMs: null,
      causedBy: null,
      causeSeenMs: null,
      toldChannelIds: null,
    };
    const state = { ...fired, incidentId: incident.id };
    this.#kept.push(state);
    this.#add(rule, reading, { incident, state, isNew: true, isResolved: false });
  }

  #goOn(rule: RuleDefinition, reading: Reading, state: RuleState, isResolved: boolean): void {
    if (isResolved) this.#dropped.push(state);
    const before = this.#input.openIncidents.get(state.incidentId ?? '');
    if (before === undefined) return;
    const incident = {
      ...before,
      peakValue: peakOf(reading, before.peakValue),
      threshold: thresholdOf(reading, before.threshold),
      noDataSinceMs: reading.kind === 'unknown' ? (before.noDataSinceMs ?? this.#input.view.nowMs) : null,
    };
    this.#add(rule, reading, { incident, state, isNew: false, isResolved });
  }

  #add(
    rule: RuleDefinition,
    reading: Reading,
    parts: Pick<Current, 'incident' | 'state' | 'isNew' | 'isResolved'>,
  ): void {
    const { silences, channelNames, view } = this.#input;
    const subject = { cluster: rule.cluster, ruleId: rule.id, ...pick(reading), brokers: reading.brokers };
    this.#current.push({
      rule,
      reading,
      ...parts,
      isSilenced: isSilenced(silences, subject, view.nowMs),
      channelIds: rule.channelIds.filter((id) => channelNames.has(id)),
    });
  }

  #follow(current: Current, cause: Cause | null, standsFor: number): void {
    const { rule, state, reading, incident, isNew, isResolved, isSilenced: isQuiet, channelIds } = current;
    const { nowMs } = this.#input.view;
    const isCovered = cause !== null && cause.leadId !== null;
    const withheld = { isSilenced: isQuiet, isCovered };
    const { kind, reason } = decideNotice(rule, { ...incident, isResolved }, withheld, nowMs);
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
    const recipients = kind === 'resolved' ? this.#toldOf(current) : channelIds;
    if (kind !== null) {
      const link = this.#input.linkOf(rule.cluster, pick(reading));
      const subject = pick(state);
      const parts = { kind, rule, subject, reading, incident, cause, standsFor, nowMs, link };
      for (const channelId of recipients) this.#queue(current, channelId, makeNotice(parts));
    }
    const notified = kind !== null && recipients.length > 0;
    const { startedAtMs, timesNotified, lastNotifiedAtMs } = incident;
    this.#incidents.push({
      id: incident.id,
      opened: isNew ? { rule, state, unit: unitOf(rule), startedAtMs } : null,
      value: reading.value,
      peakValue: incident.peakValue,
      threshold: incident.threshold,
      status: reading.status,
      reason: reading.reason,
      noDataSinceMs: incident.noDataSinceMs,
      causedBy: cause?.leadId ?? null,
      causeSeenMs: cause?.seenMs ?? null,
      resolvedAtMs: isResolved ? nowMs : null,
      notified,
      timesNotified: timesNotified + (notified ? 1 : 0),
      lastNotifiedAtMs: notified ? nowMs : lastNotifiedAtMs,
    });
  }

  /** Who heard of the problem hears of its end, also where the rule names others by now. */
  #toldOf({ incident, channelIds }: Current): readonly string[] {
    const { channelNames } = this.#input;
    return incident.toldChannelIds?.filter((id) => channelNames.has(id)) ?? channelIds;
  }

  #queue({ rule, incident, state }: Current, channelId: string, notice: Notice): void {
    const { newId, messageIdOf, channelNames } = this.#input;
    const id = newId();
    this.#deliveries.push({
      id,
      incidentId: incident.id,
      channelId,
      channelName: channelNames.get(channelId) ?? '',
      kind: notice.kind,
      messageId: messageIdOf(id),
      createdAtMs: this.#input.view.nowMs,
      notice,
      rule,
      subject: pick(state),
    });
  }
}

function causedOf(current: Current): Caused {
  const { rule, state, reading, incident, isSilenced: isQuiet, channelIds } = current;
  return {
    id: incident.id,
    level: rule.level,
    brokerDown: rule.type === 'broker-down' ? state.broker : null,
    brokers: reading.brokers,
    isKnown: reading.kind === 'value',
    causedBy: incident.causedBy,
    causeSeenMs: incident.causeSeenMs,
    channelIds,
    isTold: incident.timesNotified > 0 || (!isQuiet && channelIds.length > 0),
    startedAtMs: incident.startedAtMs,
  };
}

/** The worst so far; of what is bad when it is low there is none, since it is told as the highest. */
function peakOf(reading: Reading, before: number | null): number | null {
  if (reading.kind !== 'value' || reading.value === null) return before;
  return reading.worse === 'lower' ? before : Math.max(reading.value, before ?? reading.value);
}

/** While it is over: a band has two bounds, and the one that was crossed is remembered. */
function thresholdOf(reading: Reading, before: number | null): number | null {
  if (reading.kind !== 'value') return before;
  return reading.standing === 'over' || before === null ? reading.threshold : before;
}
