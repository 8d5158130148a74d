'use client';

/**
 * What the server found to be wrong, in words, each with a link to where one can see it. What one rule found in many places is said once.
 */
import { Fragment, type ReactNode } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import type { HealthFact } from '../../console/contracts/overview';
import { withQuery } from '../../console/contracts/paths';
import { formatDuration } from '../format/duration';
import { formatCount } from '../format/quantity';
import { usePaths } from '../layout/session-context';
import { PageLink } from '../ui/page-link';
import { useNow } from '../ui/time';

function Names({
  names,
  count,
  hrefOf,
}: {
  names: readonly string[];
  count: number;
  hrefOf: (name: string) => string;
}) {
  const t = useTranslations('health');
  const rest = count - names.length;
  return (
    <>
      {names.map((name, index) => (
        <Fragment key={name}>
          {index === 0 ? '' : t('between')}
          <PageLink href={hrefOf(name)} className="link">
            {name}
          </PageLink>
        </Fragment>
      ))}
      {rest > 0 ? ` ${t('andMore', { count: rest })}` : null}
    </>
  );
}

export function useFactWords(): (fact: HealthFact, count: number) => ReactNode {
  const t = useTranslations('health');
  const paths = usePaths();
  const now = useNow();
  const locale = useLocale();
  const since = (at: string): string => (now === 0 ? '…' : formatDuration(now - Date.parse(at), locale));
  const link = (href: string) => (chunks: ReactNode) => (
    <PageLink href={href} className="link">
      {chunks}
    </PageLink>
  );
  const topicNames = (topics: readonly string[]): ReactNode => (
    <Names names={topics} count={topics.length} hrefOf={paths.topic} />
  );
  return (fact, count) => {
    switch (fact.kind) {
      case 'cluster-unreachable':
        return fact.since === null ? t('unreachable') : t('unreachableSince', { since: since(fact.since) });
      case 'stale':
        return t('stale', { since: since(fact.since) });
      case 'brokers-down':
        return t.rich(fact.since === null ? 'brokersDown' : 'brokersDownSince', {
          count: fact.brokerIds.length,
          ids: fact.brokerIds.join(', '),
          since: fact.since === null ? '' : since(fact.since),
          link: link(fact.brokerIds.length === 1 ? paths.broker(fact.brokerIds[0] ?? 0) : paths.brokers),
        });
      case 'no-controller':
        return t('noController');
      case 'offline-partitions':
        return t.rich('offlinePartitions', { count: fact.count, names: () => topicNames(fact.topics) });
      case 'under-replicated-partitions':
        return t.rich('underReplicated', { count: fact.count, names: () => topicNames(fact.topics) });
      case 'process-down':
        return t(`process.${fact.state}`, {
          name: fact.name,
          since: since(fact.since),
          restarts: fact.restarts,
        });
      case 'alert-firing':
        return t.rich('alertFiring', {
          rule: fact.ruleName,
          count,
          since: since(fact.since),
          link: link(
            count === 1
              ? withQuery(paths.alerts, { incident: fact.incidentId })
              : withQuery(paths.alerts, { q: fact.ruleName }),
          ),
        });
      case 'group-behind':
        return t.rich('groupBehind', {
          group: fact.group,
          lag: formatCount(fact.lag),
          time: fact.lagSeconds === null ? '' : ` (${formatDuration(fact.lagSeconds * 1000, locale)})`,
          link: link(paths.group(fact.group)),
        });
      case 'group-stopped':
        return t.rich('groupStopped', {
          group: fact.group,
          lag: formatCount(fact.lag),
          link: link(paths.group(fact.group)),
        });
      case 'partial':
        return t('partial', { missing: fact.missing.join(', ') });
    }
  };
}

interface Said {
  fact: HealthFact;
  count: number;
}

/** What one rule found in many places is one thing to say, with the first of them. */
export function saidOnce(facts: readonly HealthFact[]): Said[] {
  const said: Said[] = [];
  const byRule = new Map<string, Said>();
  for (const fact of facts) {
    const same = fact.kind === 'alert-firing' ? byRule.get(fact.ruleName) : undefined;
    if (same === undefined) {
      const one = { fact, count: 1 };
      said.push(one);
      if (fact.kind === 'alert-firing') byRule.set(fact.ruleName, one);
      continue;
    }
    same.count += 1;
    if (fact.kind === 'alert-firing' && same.fact.kind === 'alert-firing' && fact.since < same.fact.since)
      same.fact = fact;
  }
  return said;
}
