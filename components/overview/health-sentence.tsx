'use client';

/**
 * The answer of the overview, made from the facts the server found: what is up, then what is wrong, worst first, each with a
 * link to where one can see it.
 */
import { Fragment } from 'react';
import { useTranslations } from 'next-intl';
import type { HealthFact, Overview } from '../../console/contracts/overview';
import { Skeleton } from '../ui/skeleton';
import { Status, type Tone } from '../ui/status';
import { saidOnce, useFactWords } from './health-facts';

const MOST_FACTS = 4;

const tones: Record<Overview['health']['level'], Tone> = {
  ok: 'ok',
  warning: 'warn',
  broken: 'bad',
  unknown: 'unknown',
};

const keyOf = (fact: HealthFact, index: number): string => `${fact.kind} ${index}`;

export function HealthSentence({ overview }: { overview: Overview | undefined }) {
  const t = useTranslations('health');
  const words = useFactWords();
  if (overview === undefined) return <Skeleton className="mt-1 h-3.5 w-[min(34rem,80%)]" />;
  const { level, facts } = overview.health;
  const brokersDown = facts.some(
    (fact) => fact.kind === 'brokers-down' || fact.kind === 'cluster-unreachable',
  );
  const behind = facts.some((fact) => fact.kind === 'group-behind' || fact.kind === 'group-stopped');
  const badPartitions = overview.offlinePartitions + overview.underReplicatedPartitions > 0;
  const once = saidOnce(facts);
  const said = once.slice(0, MOST_FACTS);
  return (
    <p>
      <Status tone={tones[level]} className="mr-2 font-medium">
        {t(`level.${level}`)}
      </Status>
      {brokersDown ? null : `${t('brokersUp', { count: overview.brokers })} `}
      {badPartitions ? null : `${t('inSync', { count: overview.partitions })} `}
      {behind || overview.groups === 0 || overview.totalLag === null
        ? null
        : `${t('noneBehind', { count: overview.groups })} `}
      {said.map(({ fact, count }, index) => (
        <Fragment key={keyOf(fact, index)}>{words(fact, count)} </Fragment>
      ))}
      {once.length > said.length ? t('moreFacts', { count: once.length - said.length }) : null}
    </p>
  );
}
