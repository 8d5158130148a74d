/**
 * All rules of a cluster against one snapshot: what to keep, which incidents begin, change and end, and who is told. Pure:
 * ids and the time come in; nothing is sent or stored here.
 */
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { IncidentChange, NewDelivery, OpenIncident, Transitions } from '../store/alert-transitions.ts';
import { subjectKey, type RuleDefinition, type RuleState } from './alert-rule.ts';
import { evaluate, type EvaluationTiming, type Verdict } from './evaluate.ts';
import { measure, type Measurement } from './measure.ts';
import type { Notice } from './notice.ts';
import {
  decideNotice,
  isSilenced,
  type NoticeKind,
  type NoticeReason,
  type Silence,
} from './notify-decision.ts';

export interface RoundInput {
  readonly snapshot: ClusterSnapshot;
  /** Enabled rules of this cluster. */
  readonly rules: readonly RuleDefinition[];
  readonly states: readonly RuleState[];
  readonly openIncidents: ReadonlyMap<string, OpenIncident>;
  readonly silences: readonly Silence[];
  /** Enabled channels by id. */
  readonly channelNames: ReadonlyMap<string, string>;
  readonly timing: EvaluationTiming;
  readonly newId: () => string;
  /** Page of the subject, absolute. */
  readonly linkOf: (cluster: string, group: string | null) => string;
  readonly messageIdOf: (deliveryId: string) => string;
}

export interface RoundDecision extends Transitions {
  /** What was decided about telling somebody, by reason: for the log and for tests. */
  readonly reasons: Readonly<Partial<Record<NoticeReason, number>>>;
  /** Incidents that go on. */
  readonly stillOpen: ReadonlySet<string>;
}

export function decideRound(input: RoundInput): RoundDecision {
  const round = new Deciding(input);
  for (const rule of input.rules) round.judge(rule);
  return round.decision;
}

class Deciding {
  readonly #input: RoundInput;
  readonly #kept: RuleState[] = [];
  readonly #dropped: RuleState[] = [];
  readonly #incidents: IncidentChange[] = [];
  readonly #deliveries: NewDelivery[] = [];
  readonly #reasons: Partial<Record<NoticeReason, number>> = {};
  readonly #stillOpen = new Set<string>();

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
      stillOpen: this.#stillOpen,
    };
  }

  judge(rule: RuleDefinition): void {
    const states = new Map<string, RuleState>();
    for (const state of this.#input.states) {
      if (state.ruleId !== rule.id) continue;
      if (this.#stillApplies(rule, state)) states.set(subjectKey(state), state);
      else this.#dropped.push(state);
    }
    for (const measurement of measure(rule, this.#input.snapshot, [...states.values()])) {
      const before = states.get(subjectKey(measurement)) ?? null;
      const verdict = evaluate(rule, measurement, before, this.#input.timing);
      this.#follow(rule, measurement, before, verdict);
    }
  }

  /** A rule may have been changed to watch something else, or its incident closed while it was switched off. */
  #stillApplies(rule: RuleDefinition, state: RuleState): boolean {
    if (state.topic !== rule.topic || (rule.group !== null && state.group !== rule.group)) return false;
    return state.firingSinceMs === null || this.#input.openIncidents.has(state.incidentId ?? '');
  }

  #follow(rule: RuleDefinition, measurement: Measurement, before: RuleState | null, verdict: Verdict): void {
    const { change, state } = verdict;
    if (change === 'fired' && state !== null) {
      this.#open(rule, measurement, state);
    } else if (change === 'resolved' && before !== null) {
      this.#dropped.push(before);
      this.#changeIncident(rule, measurement, before, true);
    } else if (change === 'cancelled' && before !== null) {
      this.#dropped.push(before);
    } else if (state !== null) {
      this.#kept.push(state);
      if (state.firingSinceMs !== null) this.#changeIncident(rule, measurement, state, false);
    }
  }

  #open(rule: RuleDefinition, { value }: Measurement, fired: RuleState): void {
    const incident = {
      id: this.#input.newId(),
      ruleId: rule.id,
      startedAtMs: fired.firingSinceMs ?? this.#input.timing.nowMs,
      peakValue: value,
      timesNotified: 0,
      lastNotifiedAtMs: null,
      isAcknowledged: false,
    };
    const state = { ...fired, incidentId: incident.id };
    const notified = this.#tell(rule, state, incident, value, false);
    this.#kept.push(state);
    this.#stillOpen.add(incident.id);
    this.#incidents.push({
      id: incident.id,
      opened: { rule, state },
      value,
      peakValue: value,
      resolved: false,
      notified,
    });
  }

  #changeIncident(rule: RuleDefinition, { value }: Measurement, state: RuleState, resolved: boolean): void {
    const incident = this.#input.openIncidents.get(state.incidentId ?? '');
    if (incident === undefined) return;
    if (!resolved) this.#stillOpen.add(incident.id);
    const peakValue = value === null ? incident.peakValue : Math.max(value, incident.peakValue ?? value);
    const notified = this.#tell(rule, state, { ...incident, peakValue }, value, resolved);
    this.#incidents.push({ id: incident.id, opened: null, value, peakValue, resolved, notified });
  }

  /** Queues a delivery for each channel of the rule, if somebody is to be told now. */
  #tell(
    rule: RuleDefinition,
    state: RuleState,
    incident: OpenIncident,
    value: number | null,
    isResolved: boolean,
  ): boolean {
    const { timing, silences, channelNames } = this.#input;
    const { group, topic } = state;
    const silenced = isSilenced(
      silences,
      { cluster: rule.cluster, ruleId: rule.id, group, topic },
      timing.nowMs,
    );
    const { kind, reason } = decideNotice(rule, { ...incident, isResolved }, silenced, timing.nowMs);
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
    if (kind === null) return false;
    const channels = rule.channelIds.filter((id) => channelNames.has(id));
    for (const channelId of channels) this.#queue(rule, state, incident, { kind, value, channelId });
    return channels.length > 0;
  }

  #queue(
    rule: RuleDefinition,
    { group, topic }: RuleState,
    { id: incidentId, startedAtMs, peakValue }: OpenIncident,
    { kind, value, channelId }: { kind: NoticeKind; value: number | null; channelId: string },
  ): void {
    const { newId, timing, linkOf, messageIdOf, channelNames } = this.#input;
    const id = newId();
    const notice: Notice = {
      kind,
      type: rule.type,
      ruleName: rule.name,
      level: rule.level,
      cluster: rule.cluster,
      group,
      topic,
      subject: '',
      value,
      peakValue,
      threshold: rule.threshold,
      unit: rule.unit,
      status: null,
      reason: null,
      cause: null,
      chart: null,
      incidentId,
      startedAtMs,
      atMs: timing.nowMs,
      link: linkOf(rule.cluster, group),
    };
    const channelName = channelNames.get(channelId) ?? '';
    const payload = JSON.stringify(notice);
    this.#deliveries.push({
      id,
      incidentId,
      channelId,
      channelName,
      kind,
      payload,
      messageId: messageIdOf(id),
    });
  }
}
