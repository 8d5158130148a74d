'use client';

/**
 * What the palette offers for what was typed: pages, things to do, topics, groups, brokers and other clusters, the best few of each.
 * What somebody's role does not allow is not offered; the server decides all the same.
 */
import { useMemo } from 'react';
import {
  BellPlus,
  Combine,
  Moon,
  Network,
  Plus,
  Rows3,
  Server,
  Sun,
  VolumeX,
  type LucideIcon,
} from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useTheme } from 'next-themes';
import { pagePaths, withQuery } from '../../console/contracts/paths';
import { hostPort } from '../../console/model/host-port';
import { useBrokers } from '../data/use-brokers';
import { useClusters } from '../data/use-clusters';
import { useGroups } from '../data/use-groups';
import { useTopics } from '../data/use-topics';
import { bestMatches } from './name-match';
import { useNavigation } from './navigation';
import { useClusterId, useMay, useMayChange, usePaths, useSession } from './session-context';

const SHOWN_EACH = 7;

interface Named {
  readonly key: string;
  readonly label: string;
  readonly icon: LucideIcon;
}
export type Hit = Named &
  ({ readonly href: string } | { readonly href?: undefined; readonly run: () => void });

interface Section {
  readonly heading: 'pages' | 'actions' | 'topics' | 'groups' | 'brokers' | 'clusters';
  readonly hits: readonly Hit[];
}

function usePages(): Hit[] {
  const pages = useTranslations('navigation');
  const navigation = useNavigation();
  return navigation.map(({ name, href, icon }) => ({ key: `page ${name}`, label: pages(name), href, icon }));
}

function useActions(): Hit[] {
  const t = useTranslations('palette');
  const paths = usePaths();
  const mayWrite = useMay('operator');
  const mayChange = useMayChange();
  const { resolvedTheme, setTheme } = useTheme();
  const isDark = resolvedTheme === 'dark';
  const rule: Hit = {
    ...{ key: 'action rule', label: t('newRule'), icon: BellPlus },
    href: withQuery(paths.alerts, { tab: 'rules', rule: 'new' }),
  };
  const silence: Hit = {
    ...{ key: 'action silence', label: t('newSilence'), icon: VolumeX },
    href: withQuery(paths.alerts, { tab: 'silences', silence: 'new' }),
  };
  const topic: Hit = {
    ...{ key: 'action topic', label: t('newTopic'), icon: Plus },
    href: withQuery(paths.topics, { topic: 'new' }),
  };
  const theme: Hit = {
    ...{ key: 'action theme', label: t(isDark ? 'toLight' : 'toDark'), icon: isDark ? Sun : Moon },
    run: () => setTheme(isDark ? 'light' : 'dark'),
  };
  return [...(mayChange ? [topic] : []), ...(mayWrite ? [rule, silence] : []), theme];
}

function useOtherClusters(): Hit[] {
  const { cluster, defaultClusterId } = useSession();
  const clusters = useClusters().data?.items ?? [];
  return clusters
    .filter(({ id }) => id !== cluster.id)
    .map(({ id, name }) => ({
      ...{ key: `cluster ${id}`, label: name, icon: Network },
      href: pagePaths.overview(id === defaultClusterId ? null : id),
    }));
}

export function useHits(search: string): readonly Section[] {
  const clusterId = useClusterId();
  const paths = usePaths();
  const pages = usePages();
  const actions = useActions();
  const clusters = useOtherClusters();
  const topics = useTopics(clusterId).data?.items;
  const groups = useGroups(clusterId).data?.items;
  const brokers = useBrokers(clusterId).data?.items;
  const named = useMemo<Section[]>(
    () => [
      {
        heading: 'topics',
        hits: bestMatches(topics ?? [], (topic) => topic.name, search, SHOWN_EACH).map(({ name }) => ({
          ...{ key: `topic ${name}`, label: name, href: paths.topic(name), icon: Rows3 },
        })),
      },
      {
        heading: 'groups',
        hits: bestMatches(groups ?? [], (group) => group.id, search, SHOWN_EACH).map(({ id }) => ({
          ...{ key: `group ${id}`, label: id, href: paths.group(id), icon: Combine },
        })),
      },
      {
        heading: 'brokers',
        hits: bestMatches(
          (brokers ?? []).map(({ id, host, port }) => ({ id, label: `${id} · ${hostPort({ host, port })}` })),
          ({ label }) => label,
          search,
          SHOWN_EACH,
        ).map(({ id, label }) => ({ key: `broker ${id}`, label, href: paths.broker(id), icon: Server })),
      },
    ],
    [brokers, groups, paths, search, topics],
  );
  const best = (hits: readonly Hit[]): Hit[] => bestMatches(hits, ({ label }) => label, search, hits.length);
  return [
    { heading: 'pages', hits: best(pages) },
    { heading: 'actions', hits: best(actions) },
    ...named,
    { heading: 'clusters', hits: best(clusters) },
  ];
}
