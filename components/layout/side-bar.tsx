'use client';

/** The side bar: the pages with what they hold in numbers. A rail of icons on middle screens, gone on phones. */
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useFiringCount } from '../data/use-alerts';
import { useOverview } from '../data/use-overview';
import { formatCount } from '../format/quantity';
import { cn } from '../ui/cn';
import { PageLink } from '../ui/page-link';
import { StatusMark } from '../ui/status';
import { Mark } from './mark';
import { isCurrent, useNavigation, type NavigationItem, type NavigationName } from './navigation';
import { useClusterId, usePaths, useSession } from './session-context';

function useCounts(): Partial<Record<NavigationName, number>> {
  const overview = useOverview(useClusterId()).data;
  if (overview === undefined) return {};
  return { brokers: overview.brokers, topics: overview.topics, groups: overview.groups };
}

function Item({ item, count, firing }: { item: NavigationItem; count: number | undefined; firing: number }) {
  const t = useTranslations('navigation');
  const current = isCurrent(item, usePathname());
  const Icon = item.icon;
  return (
    <li>
      <PageLink
        href={item.href}
        aria-current={current ? 'page' : undefined}
        title={t(item.name)}
        className={cn(
          'group relative flex h-8 items-center gap-2.5 rounded-sm px-2.5 text-sm transition-colors duration-[140ms]',
          current ? 'bg-active font-medium text-ink' : 'text-soft hover:bg-hover hover:text-ink',
        )}
      >
        <Icon
          aria-hidden
          className={cn('size-4 shrink-0', current ? 'text-accent' : 'text-dim group-hover:text-soft')}
        />
        <span className="max-xl:sr-only">{t(item.name)}</span>
        {firing > 0 ? (
          <span className="ml-auto inline-flex items-center gap-1 text-xs font-normal text-bad tnum max-xl:absolute max-xl:top-0.5 max-xl:right-0.5">
            <StatusMark tone="bad" className="size-2.5" />
            <span className="max-xl:sr-only">
              {firing}
              <span className="sr-only"> {t('firing')}</span>
            </span>
          </span>
        ) : count === undefined ? null : (
          <span aria-hidden className="ml-auto text-xs font-normal text-dim tnum max-xl:hidden">
            {formatCount(count)}
          </span>
        )}
      </PageLink>
    </li>
  );
}

export function SideBar() {
  const t = useTranslations('navigation');
  const paths = usePaths();
  const { version } = useSession();
  const items = useNavigation();
  const counts = useCounts();
  const firing = useFiringCount().data ?? 0;
  const row = (item: NavigationItem) => (
    <Item
      key={item.name}
      item={item}
      count={counts[item.name]}
      firing={item.name === 'alerts' ? firing : 0}
    />
  );
  return (
    <nav
      aria-label={t('label')}
      className="sticky top-0 hidden h-dvh flex-col border-r border-line bg-sunken md:flex print:hidden"
    >
      <PageLink
        href={paths.overview}
        className="flex h-12 shrink-0 items-center gap-2 px-4.5 text-ink max-xl:justify-center max-xl:px-0"
      >
        <Mark className="size-5 text-accent" />
        <span className="text-base font-medium tracking-[-0.01em] max-xl:sr-only">Aquila</span>
      </PageLink>
      <div className="flex min-h-0 flex-1 flex-col overflow-y-auto px-2 pt-1 pb-3">
        <ul className="flex flex-col gap-0.5">{items.filter((item) => !item.foot).map(row)}</ul>
        <ul className="mt-auto flex flex-col gap-0.5 pt-4">{items.filter((item) => item.foot).map(row)}</ul>
      </div>
      <p className="border-t border-line px-4.5 py-2.5 text-xs text-dim tnum max-xl:hidden">
        Aquila {version}
      </p>
    </nav>
  );
}
