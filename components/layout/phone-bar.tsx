'use client';

/** The navigation of a phone, at the thumb: the five pages of the cluster. The others are in the user menu. */
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useFiringCount } from '../data/use-alerts';
import { cn } from '../ui/cn';
import { PageLink } from '../ui/page-link';
import { StatusMark } from '../ui/status';
import { isCurrent, useNavigation } from './navigation';

export function PhoneBar() {
  const t = useTranslations('navigation');
  const pathname = usePathname();
  const firing = useFiringCount().data ?? 0;
  const items = useNavigation().filter((item) => !item.foot && item.wide !== true);
  return (
    <nav
      aria-label={t('label')}
      className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-canvas pb-[env(safe-area-inset-bottom)] md:hidden print:hidden"
    >
      <ul className="grid grid-cols-5">
        {items.map((item) => {
          const current = isCurrent(item, pathname);
          const Icon = item.icon;
          return (
            <li key={item.name}>
              <PageLink
                href={item.href}
                aria-current={current ? 'page' : undefined}
                className={cn(
                  'relative flex h-14 flex-col items-center justify-center gap-0.5 text-xs',
                  current ? 'font-medium text-accent' : 'text-dim',
                )}
              >
                <Icon aria-hidden className="size-5" />
                {t(item.name)}
                {item.name === 'alerts' && firing > 0 ? (
                  <span className="absolute top-2 left-[calc(50%+8px)]">
                    <StatusMark tone="bad" className="size-2.5" />
                    <span className="sr-only">
                      {firing} {t('firing')}
                    </span>
                  </span>
                ) : null}
              </PageLink>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
