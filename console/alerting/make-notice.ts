/** Writes down what one notice says, out of the rule, the incident and what was read. Pure. */
import type { Cause } from './common-cause.ts';
import { subjectWords, type RuleDefinition, type Subject } from './alert-rule.ts';
import type { Notice } from './notice.ts';
import type { NoticeKind } from './notify-decision.ts';
import type { Reading } from './reading.ts';

export interface NoticeParts {
  readonly kind: NoticeKind;
  readonly rule: RuleDefinition;
  readonly subject: Subject;
  readonly reading: Reading;
  readonly incident: {
    readonly id: string;
    readonly startedAtMs: number;
    readonly peakValue: number | null;
    readonly threshold: number | null;
  };
  readonly cause: Cause | null;
  /** Incidents that this one stands for, itself included. */
  readonly standsFor: number;
  readonly nowMs: number;
  readonly link: string;
}

export function makeNotice(parts: NoticeParts): Notice {
  const { kind, rule, subject, reading, incident, nowMs, link } = parts;
  const isOver = kind === 'resolved';
  return {
    kind,
    type: rule.type,
    ruleName: rule.name,
    level: rule.level,
    cluster: rule.cluster,
    group: subject.group,
    topic: subject.topic,
    subject: subject.group === null ? subjectWords(subject, rule.cluster) : '',
    value: reading.value,
    peakValue: incident.peakValue,
    threshold: incident.threshold,
    unit: unitOf(rule),
    status: reading.status,
    reason: isOver ? null : reading.reason,
    cause: isOver ? null : causeOf(parts),
    chart: null,
    incidentId: incident.id,
    startedAtMs: incident.startedAtMs,
    atMs: nowMs,
    link,
  };
}

/** The status of a group is shown with its lag. */
export function unitOf(rule: RuleDefinition): string {
  return rule.type === 'group-status' ? 'records' : rule.unit;
}

function causeOf({ cause, standsFor, rule, subject }: NoticeParts): Notice['cause'] {
  if (rule.type === 'broker-down') {
    return standsFor === 1 ? null : { text: `broker ${String(subject.broker)} is down`, count: standsFor };
  }
  return cause?.text === null || cause === null ? null : { text: cause.text, count: standsFor };
}
