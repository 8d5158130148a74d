'use client';

/** How a filter is written, in short, with examples that can be taken over. */
import { useState } from 'react';
import { CircleQuestionMark } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '../ui/button';
import { Popover } from '../ui/popover';

const examples = [
  { words: 'anywhere', filter: 'failed' },
  { words: 'key', filter: 'key = customer-7' },
  { words: 'path', filter: 'value.order.total >= 100' },
  { words: 'header', filter: 'header.retry and not header.source = batch' },
  { words: 'either', filter: '(value.state = failed or value.state = expired)' },
  { words: 'tombstones', filter: 'value = null' },
  { words: 'times', filter: 'timestamp >= "2026-01-31T12:00:00Z" and size > 1000' },
] as const;

const fields = 'key  value  header.NAME  value.path[0]  offset  partition  timestamp  size';
const operators = '=  !=  :  starts  ends  <  <=  >  >=  and  or  not  ( )';

export function FilterHelp({ onTake }: { onTake: (filter: string) => void }) {
  const t = useTranslations('messages');
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={t('filterHelp')}
      align="start"
      className="flex max-h-[80dvh] w-[30rem] max-w-[calc(100vw-1rem)] flex-col gap-3 overflow-y-auto text-sm"
      button={
        <Button tone="ghost" size="sm">
          <CircleQuestionMark aria-hidden className="size-3.5" />
          {t('filterHelp')}
        </Button>
      }
    >
      <p className="text-soft">{t('filterMeaning')}</p>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-xs">
        <dt className="text-dim">{t('filterFields')}</dt>
        <dd className="whitespace-pre-wrap">
          <code>{fields}</code>
        </dd>
        <dt className="text-dim">{t('filterOperators')}</dt>
        <dd className="whitespace-pre-wrap">
          <code>{operators}</code>
        </dd>
      </dl>
      <ul className="flex flex-col gap-1" aria-label={t('filterExamples')}>
        {examples.map(({ words, filter }) => (
          <li key={words}>
            <button
              type="button"
              onClick={() => {
                onTake(filter);
                setOpen(false);
              }}
              className="w-full rounded-sm px-2 py-1 text-left hover:bg-hover"
            >
              <code className="block break-words text-ink">{filter}</code>
              <span className="text-xs text-dim">{t(`examples.${words}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Popover>
  );
}
