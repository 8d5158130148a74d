'use client';

/** "Alert me about this", at the head of a chart: opens the form of a rule that watches what the chart shows, above what it shows. */
import { BellPlus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ChartSeries } from '../charts/chart-data';
import { useClusterId, useMay } from '../layout/session-context';
import { buttonStyle } from '../ui/button';
import { cn } from '../ui/cn';
import { PageLink } from '../ui/page-link';
import { limitAbove, newRuleHref, sizeAbove, type RuleOffer } from './rule-link';

const LEAST_RECORDS = 1_000;
const LEAST_BYTES = 1024 ** 3;

function highestOf(series: readonly ChartSeries[]): number {
  let highest = 0;
  for (const { points } of series) for (const [, value] of points) highest = Math.max(highest, value ?? 0);
  return highest;
}

/** Seconds have a limit that people agree on; how many records or bytes are many depends on what is normal here. */
function withLimit(offer: RuleOffer, series: readonly ChartSeries[]): RuleOffer {
  if (offer.type === 'topic-capacity')
    return { ...offer, threshold: sizeAbove(highestOf(series), LEAST_BYTES) };
  if (offer.type === 'group-lag' && offer.unit !== 'seconds')
    return { ...offer, threshold: limitAbove(highestOf(series), LEAST_RECORDS) };
  return offer;
}

interface AlertMeProps {
  offer: RuleOffer;
  /** The chart's title, so that one of several such links can be told from the others. */
  title: string;
  series: readonly ChartSeries[];
}

export function AlertMe({ offer, title, series }: AlertMeProps) {
  const t = useTranslations('alerts');
  const clusterId = useClusterId();
  if (!useMay('operator')) return null;
  return (
    <PageLink
      href={newRuleHref(withLimit(offer, series), clusterId)}
      aria-label={t('alertMeOf', { title })}
      title={t('alertMe')}
      className={cn(buttonStyle({ tone: 'ghost', size: 'icon-sm' }), '-my-1 self-center text-dim')}
    >
      <BellPlus aria-hidden className="size-4" />
    </PageLink>
  );
}
