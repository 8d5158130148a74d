/**
 * A rule that is offered where somebody looks at what it would watch: as an address of the page of alerts, which opens its form
 * filled in. PURE. Whatever else stands in such an address is left out, never an error.
 */
import { pagePaths, withQuery } from '../../console/contracts/paths.ts';
import {
  changeUnit,
  has,
  newCondition,
  ruleTypes,
  typeForms,
  type Condition,
  type RuleDraft,
} from './rule-draft.ts';

/** What a chart knows of the rule that would watch it. */
export interface RuleOffer {
  readonly type: RuleDraft['type'];
  readonly group?: string | undefined;
  readonly topic?: string | undefined;
  readonly broker?: number | undefined;
  readonly unit?: string | undefined;
  /** Above what is normal here; without it the limit is that of any new rule. */
  readonly threshold?: number | undefined;
}

export function newRuleHref(offer: RuleOffer, cluster: string): string {
  const { type, ...rest } = offer;
  return withQuery(pagePaths.alerts(), { tab: 'rules', rule: 'new', type, cluster, ...rest });
}

export type OfferedRule = Condition & { readonly cluster: string };

/** The condition an address offers; null when it offers none. */
export function offeredRule(search: URLSearchParams, defaultCluster: string): OfferedRule | null {
  const type = ruleTypes.find((each) => each === search.get('type'));
  if (search.get('rule') !== 'new' || type === undefined) return null;
  const unit = typeForms[type].units.find((each) => each === search.get('unit'));
  const base = { ...newCondition(type), cluster: search.get('cluster') ?? defaultCluster };
  const counted = unit === undefined ? base : { ...base, ...changeUnit(base, unit) };
  const threshold = numberIn(search.get('threshold'));
  const broker = numberIn(search.get('broker'));
  return {
    ...counted,
    group: has(type, 'group') ? search.get('group') : null,
    topic: has(type, 'topic') ? search.get('topic') : null,
    broker: has(type, 'broker') && Number.isInteger(broker) ? broker : null,
    threshold: has(type, 'threshold') && threshold !== null ? threshold : counted.threshold,
  };
}

function numberIn(text: string | null): number | null {
  return text !== null && /^\d{1,15}(\.\d{1,3})?$/.test(text) ? Number(text) : null;
}

/** The same of bytes, which are counted in powers of two. */
export function sizeAbove(highest: number, least: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(highest * 2, least)));
}

/** A round number well above the highest value that was seen, so that what is normal here does not fire. */
export function limitAbove(highest: number, least: number): number {
  const wanted = Math.max(highest * 2, least);
  const magnitude = 10 ** Math.floor(Math.log10(wanted));
  const factor = [1, 2, 5, 10].find((each) => each * magnitude >= wanted) ?? 10;
  return factor * magnitude;
}
