/** The top of a page: one h1, where it stands, the answer in a sentence, and the actions. */
import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { PageLink } from '../ui/page-link';

interface PageHeaderProps {
  title: ReactNode;
  /** The list this page belongs to. */
  parent?: { readonly href: string; readonly label: string } | undefined;
  /** Words behind the title: a status, a chip. */
  beside?: ReactNode;
  /** One sentence made from the data. */
  answer?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, parent, beside, answer, actions }: PageHeaderProps) {
  const t = useTranslations('header');
  return (
    <div className="sheet-x flex flex-wrap items-center gap-x-6 gap-y-1 py-4">
      <div className="flex min-h-8 min-w-0 flex-1 basis-64 flex-wrap items-center gap-x-3.5 gap-y-1">
        <div className="flex min-w-0 flex-wrap items-center gap-x-1.5">
          {parent === undefined ? null : (
            <nav aria-label={t('breadcrumb')} className="flex min-w-0 items-center gap-1.5">
              <PageLink href={parent.href} className="min-w-0 text-xl break-words text-dim hover:text-ink">
                {parent.label}
              </PageLink>
              <ChevronRight aria-hidden className="size-4 shrink-0 text-faint" />
            </nav>
          )}
          <h1 className="min-w-0 text-xl font-medium tracking-[-0.011em] break-words text-ink">{title}</h1>
        </div>
        {beside === undefined ? null : (
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">{beside}</div>
        )}
      </div>
      {actions === undefined ? null : (
        <div className="flex max-w-full min-w-0 flex-wrap items-center gap-2 max-lg:order-last max-lg:mt-2 max-lg:basis-full">
          {actions}
        </div>
      )}
      {answer === undefined ? null : (
        <div className="min-h-5 max-w-[110ch] min-w-0 basis-full text-base text-soft">{answer}</div>
      )}
    </div>
  );
}
