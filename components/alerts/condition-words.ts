'use client';

/** What a rule fires on, as a sentence; and values of rules with their unit. */
import { useCallback } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import { formatDuration } from '../format/duration';
import { formatCount, quantityText } from '../format/quantity';
import { useStatusName } from '../groups/group-status';
import type { RuleDraft } from './rule-draft';

type LimitWords = (value: number, unit: string) => string;

/** `1,000 records`, `2 GiB`, `12 min`, `85%`. */
export function useLimitWords(): LimitWords {
  const t = useTranslations('alerts');
  const locale = useLocale();
  return useCallback(
    (value, unit) => {
      switch (unit) {
        case 'bytes':
        case 'percent':
          return quantityText(unit, value, locale);
        case 'seconds':
          return formatDuration(value * 1000, locale);
        case 'messages/s':
          return quantityText('perSec', value, locale);
        case 'records':
        case 'partitions':
        case 'tries':
          return t(`counted.${unit}`, { count: value });
        default:
          return unit === '' ? formatCount(value) : `${formatCount(value)} ${unit}`;
      }
    },
    [locale, t],
  );
}

type Condition = Pick<
  RuleDraft,
  'type' | 'group' | 'topic' | 'broker' | 'threshold' | 'unit' | 'statuses' | 'min' | 'max'
>;
type Words = ReturnType<typeof useTranslations<'alerts'>>;

export function useConditionWords(): (rule: Condition) => string {
  const t = useTranslations('alerts');
  const statusName = useStatusName();
  const limitWords = useLimitWords();
  const locale = useLocale();
  const statusNames = useCallback(
    (statuses: readonly string[]): string => {
      // "a, b or c", without a comma before the last.
      const list = new Intl.ListFormat(locale === 'en' ? 'en-GB' : locale, { type: 'disjunction' });
      return list.format(statuses.map((status) => statusName(status).toLowerCase()));
    },
    [locale, statusName],
  );
  return useCallback(
    (rule: Condition) => wordsOf(t, statusNames, limitWords, rule),
    [limitWords, statusNames, t],
  );
}

function wordsOf(
  t: Words,
  statusNames: (statuses: readonly string[]) => string,
  limitWords: LimitWords,
  rule: Condition,
): string {
  const { type, group, topic, broker, threshold, unit, statuses, min, max } = rule;
  const limit = limitWords(threshold ?? 0, unit);
  const groupName = group ?? t('anyGroup');
  const brokerName = broker === null ? t('anyBroker') : t('oneBroker', { id: String(broker) });
  switch (type) {
    case 'group-lag': {
      const onTopic = topic === null ? '' : t('onTopic', { topic });
      return t('fires.group-lag', { group: groupName, onTopic, limit });
    }
    case 'group-status': {
      return t('fires.group-status', { group: groupName, statuses: statusNames(statuses ?? []) });
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
      return t('fires.producer-rate', {
        topic: topic ?? t('anyTopic'),
        band: bandWords(t, (value) => limitWords(value, unit), min, max),
      });
    case 'disk-use':
      return t('fires.disk-use', { broker: brokerName, limit });
    case 'collector-blind':
      return t('fires.collector-blind', { limit });
  }
}

function bandWords(
  t: Words,
  words: (value: number) => string,
  min: number | null,
  max: number | null,
): string {
  const [low, high] = [words(min ?? 0), words(max ?? 0)];
  if (min !== null && max !== null) return t('bandBoth', { min: low, max: high });
  return min === null ? t('bandAbove', { max: high }) : t('bandBelow', { min: low });
}
