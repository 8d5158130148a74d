'use client';

/** The 404: says so, and leads back. With its own mark when it stands alone, without inside the frame. */
import { useTranslations } from 'next-intl';
import { pagePaths } from '../../console/contracts/paths';
import { buttonStyle } from '../ui/button';
import { PageLink } from '../ui/page-link';
import { Mark } from './mark';
import { NotFoundState } from './not-found-state';

export function NotFoundPage({ framed = false }: { framed?: boolean }) {
  const t = useTranslations('errors');
  if (framed) {
    return (
      <NotFoundState title={t('notFoundTitle')} href={pagePaths.overview()} back={t('toOverview')}>
        {t('notFoundMeaning')}
      </NotFoundState>
    );
  }
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-md flex-col px-6 pt-[18vh]">
      <Mark className="size-9 text-accent" />
      <h1 className="mt-5 text-xl font-medium text-ink">{t('notFoundTitle')}</h1>
      <p className="mt-1 text-base text-dim">{t('notFoundMeaning')}</p>
      <div className="mt-6">
        <PageLink href={pagePaths.overview()} className={buttonStyle({ tone: 'primary' })}>
          {t('toOverview')}
        </PageLink>
      </div>
    </main>
  );
}
