'use client';

/** What a rule fires on, as a sentence; and values of rules with their unit. */
import { useCallback } from 'react';
import { useTranslations } from 'next-intl';
import { formatDuration } from '../format/duration';
import { formatCount, quantityText } from '../format/quantity';
import { useStatusName } from '../groups/group-status';
import type { RuleDraft } from './rule-draft';

/** `1,000 records`, `2 GiB`, `12 min`, `85%`. */
export function formatLimit(value: number, unit: string): string {
  if (unit === 'bytes') return quantityText('bytes', value);
  if (unit === 'percent') return quantityText('percent', value);
  if (unit === 'seconds') return formatDuration(value * 1000);
  if (unit === 'messages/s') return quantityText('perSec', value);
  return unit === '' ? formatCount(value) : `${formatCount(value)} ${unit}`;
}

type Condition = Pick<
  RuleDraft,
  'type' | 'group' | 'topic' | 'broker' | 'threshold' | 'unit' | 'statuses' | 'min' | 'max'
>;
type Words = ReturnType<typeof useTranslations<'alerts'>>;

export function useConditionWords(): (rule: Condition) => string {
  const t = useTranslations('alerts');
  const statusName = useStatusName();
  return useCallback((rule: Condition) => wordsOf(t, statusName, rule), [statusName, t]);
}

function wordsOf(t: Words, statusName: (status: string) => string, rule: Condition): string {
  const { type, group, topic, broker, threshold, unit, statuses, min, max } = rule;
  const limit = formatLimit(threshold ?? 0, unit);
  const groupName = group ?? t('anyGroup');
  const brokerName = broker === null ? t('anyBroker') : t('oneBroker', { id: String(broker) });
  switch (type) {
    case 'group-lag': {
      const onTopic = topic === null ? '' : t('onTopic', { topic });
      return t('fires.group-lag', { group: groupName, onTopic, limit });
    }
    case 'group-status': {
      const names = (statuses ?? []).map((each) => statusName(each).toLowerCase()).join(` ${t('or')} `);
      return t('fires.group-status', { group: groupName, statuses: names });
    }
    case 'broker-down':
      return t('fires.broker-down', { broker: brokerName });
    case 'controller-missing':
      return t('fires.controller-missing');
    case 'under-replicated':
    case 'offline-partitions':
    case 'below-min-isr':
      return t(`fires.${type}`, { count: threshold ?? 0, topic: topic ?? t('wholeCluster') });
    case 'topic-capacity':
      return t('fires.topic-capacity', { topic: topic ?? t('anyTopic'), limit });
    case 'producer-rate':
      return t('fires.producer-rate', { topic: topic ?? t('anyTopic'), band: bandWords(t, min, max, unit) });
    case 'disk-use':
      return t('fires.disk-use', { broker: brokerName, limit });
    case 'collector-blind':
      return t('fires.collector-blind', { limit });
  }
}

function bandWords(t: Words, min: number | null, max: number | null, unit: string): string {
  const [low, high] = [formatLimit(min ?? 0, unit), formatLimit(max ?? 0, unit)];
  if (min !== null && max !== null) return t('bandBoth', { min: low, max: high });
  return min === null ? t('bandAbove', { max: high }) : t('bandBelow', { min: low });
}
