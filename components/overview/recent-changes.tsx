'use client';

/** What changed in the last hour, newest first: one line per kind and direction of a round, each with links. */
import { useState } from 'react';
import { useTranslations } from 'next-intl';
import type { ChangeEntry } from '../../console/contracts/changes';
import { isCoarse, toneOf, useChangeWords } from '../changes/change-words';
import { useChanges } from '../data/use-changes';
import { formatClock } from '../format/duration';
import { formatCount } from '../format/quantity';
import { useClusterId } from '../layout/session-context';
import { Button } from '../ui/button';
import { Section } from '../ui/section';
import { Skeleton } from '../ui/skeleton';
import { StatusMark } from '../ui/status';
import { useOnClient } from '../ui/time';

/** Lines before somebody asks for all. */
const FIRST_LINES = 8;

function When({ entry }: { entry: ChangeEntry }) {
  const { at, since, times, firstAt } = entry;
  const t = useTranslations('changes');
  const onClient = useOnClient();
  const atMs = Date.parse(at);
  const sinceMs = since === null ? atMs : Date.parse(since);
  const span = { from: formatClock(sinceMs), to: formatClock(atMs) };
  return (
    <time
      dateTime={at}
      title={onClient ? t(times > 1 ? 'lastBetween' : 'between', span) : undefined}
      className="w-14 shrink-0 whitespace-nowrap text-dim tnum"
    >
      {onClient ? `${isCoarse(entry) ? '≤ ' : ''}${formatClock(atMs, false)}` : at.slice(11, 16)}
      {times > 1 && onClient ? (
        <span className="sr-only">
          {' '}
          {t('times', { count: times, since: formatClock(Date.parse(firstAt), false) })}
        </span>
      ) : null}
    </time>
  );
}

function Line({ entry }: { entry: ChangeEntry }) {
  const t = useTranslations('changes');
  const words = useChangeWords();
  const onClient = useOnClient();
  return (
    <li className="sheet-x flex items-start gap-3 py-1.5 text-sm text-soft">
      <When entry={entry} />
      <StatusMark tone={toneOf(entry.change)} className="mt-1" />
      <span className="min-w-0 flex-1">
        {words(entry)}
        {entry.times > 1 && onClient ? (
          <span aria-hidden className="text-dim">
            {' '}
            {t('times', {
              count: entry.times,
              since: formatClock(Date.parse(entry.firstAt), false),
            })}
          </span>
        ) : null}
      </span>
    </li>
  );
}

export function RecentChanges() {
  const t = useTranslations('changes');
  const changes = useChanges(useClusterId());
  const [all, setAll] = useState(false);
  const items = changes.data?.items ?? [];
  const shown = all ? items : items.slice(0, FIRST_LINES);
  const isOpenable = items.length > FIRST_LINES;
  return (
    <Section
      title={t('title')}
      note={items.length === 0 ? undefined : formatCount(items.length)}
      className="pb-3"
      actions={
        isOpenable ? (
          <Button size="sm" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t('fewer') : t('showAll', { count: items.length })}
          </Button>
        ) : undefined
      }
    >
      {changes.data === undefined ? (
        <p className="sheet-x py-1.5 text-sm text-dim">
          {changes.isError ? t('failed') : <Skeleton className="w-80 max-w-full" />}
        </p>
      ) : items.length === 0 ? (
        <p className="sheet-x py-1.5 text-sm text-dim">{t('none')}</p>
      ) : (
        <ol aria-label={t('title')}>
          {shown.map((entry) => (
            <Line key={`${entry.firstAt} ${JSON.stringify(entry.change)}`} entry={entry} />
          ))}
        </ol>
      )}
    </Section>
  );
}
