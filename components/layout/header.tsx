'use client';

/** The bar above every page: cluster, search, how fresh, theme, user. 48 px, stays in place. */
import { Search } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { PageLink } from '../ui/page-link';
import { ClusterSwitcher } from './cluster-switcher';
import { LiveBadge } from './live-badge';
import { Mark } from './mark';
import { usePaths } from './session-context';
import { ThemeSwitch } from './theme-switch';
import { UserMenu } from './user-menu';

interface HeaderProps {
  onSearch: () => void;
  onShortcuts: () => void;
}

export function Header({ onSearch, onShortcuts }: HeaderProps) {
  const t = useTranslations('header');
  const paths = usePaths();
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-3 border-b border-line bg-canvas max-sm:gap-2 sheet-x print:hidden">
      <PageLink href={paths.overview} aria-label={t('home')} className="md:hidden">
        <Mark className="size-5 text-accent" />
      </PageLink>
      <ClusterSwitcher />
      <button
        type="button"
        onClick={onSearch}
        aria-keyshortcuts="/ Control+K Meta+K"
        className="ml-1 flex h-7 items-center gap-2 rounded-sm border border-line bg-control px-2 text-xs text-dim transition-colors duration-[140ms] hover:border-line-strong hover:text-soft max-md:size-7 max-md:justify-center max-md:border-transparent max-md:bg-transparent max-md:px-0 md:w-56 lg:w-72"
      >
        <Search aria-hidden className="size-3.5" />
        <span className="max-md:sr-only">{t('search')}</span>
        <kbd aria-hidden className="ml-auto rounded-xs border border-line px-1 text-[11px] max-md:hidden">
          /
        </kbd>
      </button>
      <div className="ml-auto flex shrink-0 items-center gap-1 max-sm:gap-0">
        <LiveBadge />
        <span className="max-sm:hidden">
          <ThemeSwitch />
        </span>
        <UserMenu onShortcuts={onShortcuts} />
      </div>
    </header>
  );
}
