'use client';

/** The landscape in figures: who was furthest behind, when, and how it is at the end of the window. */
import { useLocale, useTranslations } from 'next-intl';
import { formatMoment } from '../format/duration';
import { currentFrom } from '../charts/chart-domain';
import { PageLink } from '../ui/page-link';
import { Dash } from '../ui/value';
import { lagWords } from './lag-words';
import type { LandscapeRow, LandscapeUnit } from './landscape-rows';

interface LandscapeTableProps {
  title: string;
  unit: LandscapeUnit;
  rows: readonly LandscapeRow[];
  rowNoun: string;
  resolutionMs: number;
  knownToMs: number;
}

export function LandscapeTable(props: LandscapeTableProps) {
  const { title, unit, rows, rowNoun, resolutionMs, knownToMs } = props;
  const t = useTranslations('landscape');
  const locale = useLocale();
  const head = 'py-1 pr-4 text-left text-xs font-medium text-dim';
  const cell = 'border-t border-line/60 py-1 pr-4';
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={title}>
      <table className="w-full text-sm">
        <caption className="sr-only">{title}</caption>
        <thead>
          <tr>
            <th scope="col" className={head}>
              {rowNoun}
            </th>
            <th scope="col" className={`${head} text-right`}>
              {t(`most.${unit}`)}
            </th>
            <th scope="col" className={head}>
              {t('when')}
            </th>
            <th scope="col" className={`${head} pr-0 text-right`}>
              {t(`last.${unit}`)}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, label, href, worst, last: newest }) => {
            // What a row told last is not how it is at the end, when that is longer ago than a point or two.
            const last =
              newest !== null && newest.atMs >= currentFrom(knownToMs, resolutionMs) ? newest.value : null;
            return (
              <tr key={key}>
                <th scope="row" className={`${cell} text-left font-normal`}>
                  {href === undefined ? (
                    <span className="text-ink tnum">{label}</span>
                  ) : (
                    <PageLink href={href} className="text-ink hover:text-accent">
                      {label}
                    </PageLink>
                  )}
                </th>
                <td className={`${cell} text-right tnum`}>
                  {worst === null ? <Dash reason={t('notKnown')} /> : lagWords(unit, worst.value, locale)}
                </td>
                <td className={`${cell} whitespace-nowrap text-soft tnum`}>
                  {worst === null ? null : formatMoment(worst.atMs, locale, false)}
                </td>
                <td className={`${cell} pr-0 text-right tnum`}>
                  {last === null ? <Dash reason={t('notKnown')} /> : lagWords(unit, last, locale)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
