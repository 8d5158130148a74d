'use client';

/** The cluster one looks at, and the others when there are any. Switching keeps the kind of page. */
import { ChevronsUpDown } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ClusterStatus } from '../../console/contracts/clusters';
import { pagePaths } from '../../console/contracts/paths';
import { useClusters } from '../data/use-clusters';
import { Button } from '../ui/button';
import { Menu, MenuContent, MenuItem, MenuLabel, MenuTrigger } from '../ui/menu';
import { PageLink } from '../ui/page-link';
import { StatusMark, type Tone } from '../ui/status';
import { useSession } from './session-context';

const tones: Record<ClusterStatus, Tone> = {
  ok: 'ok',
  stale: 'warn',
  unreachable: 'bad',
  unknown: 'unknown',
};

export function ClusterSwitcher() {
  const t = useTranslations('clusters');
  const { cluster, defaultClusterId } = useSession();
  const clusters = useClusters().data?.items ?? [];
  if (clusters.length < 2) {
    return <p className="min-w-0 truncate text-sm font-medium text-ink">{cluster.name}</p>;
  }
  return (
    <Menu>
      <MenuTrigger>
        <Button
          tone="ghost"
          aria-label={t('switch', { name: cluster.name })}
          className="-ml-2 min-w-0 shrink px-2"
        >
          <span className="truncate">{cluster.name}</span>
          <ChevronsUpDown aria-hidden className="size-3.5 text-dim" />
        </Button>
      </MenuTrigger>
      <MenuContent align="start">
        <MenuLabel>{t('label')}</MenuLabel>
        {clusters.map((each) => (
          <MenuItem key={each.id} asChild>
            <PageLink
              href={pagePaths.overview(each.id === defaultClusterId ? null : each.id)}
              aria-current={each.id === cluster.id ? 'true' : undefined}
            >
              <StatusMark tone={tones[each.status]} />
              <span className="flex-1 truncate">{each.name}</span>
              <span className="text-xs text-dim">{t(`status.${each.status}`)}</span>
            </PageLink>
          </MenuItem>
        ))}
      </MenuContent>
    </Menu>
  );
}
