'use client';

/** What may be done with the marked topics; it floats, so that no row moves when the first one is marked. */
import { useState } from 'react';
import { Eraser, Plus, SlidersHorizontal, Trash2, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { changedTopicsMax } from '../../console/contracts/limits';
import type { TopicsAction } from '../../console/contracts/topic-changes';
import { formatCount } from '../format/quantity';
import { Button } from '../ui/button';
import { later, WhenAsked } from '../ui/later';
import { useMarked, type TopicSelection } from './topic-selection';

const ChangeTopicsDialog = later(async () => (await import('./change-topics-dialog')).ChangeTopicsDialog);

const actions = [
  { action: 'partitions', Icon: Plus },
  { action: 'configs', Icon: SlidersHorizontal },
  { action: 'purge', Icon: Eraser },
  { action: 'delete', Icon: Trash2 },
] as const satisfies readonly { action: TopicsAction; Icon: unknown }[];

interface SelectionBarProps {
  selection: TopicSelection;
  /** Names of the rows that are listed now. */
  shown: readonly string[];
}

export function SelectionBar({ selection, shown }: SelectionBarProps) {
  const t = useTranslations('changeTopics');
  const marked = useMarked(selection);
  const [open, setOpen] = useState<{ action: TopicsAction; topics: readonly string[] } | null>(null);
  const tooMany = marked.size > changedTopicsMax;
  return (
    <>
      {marked.size === 0 ? null : (
        <section
          aria-label={t('bar')}
          className="float-in fixed inset-x-2 bottom-18 z-40 mx-auto flex w-fit max-w-[calc(100vw-1rem)] flex-wrap items-center gap-x-3 gap-y-2 rounded-md bg-raised px-3 py-2 shadow-float md:bottom-5"
        >
          <p className="text-sm font-medium text-ink tnum" role="status">
            {t('marked', { count: marked.size })}
          </p>
          {shown.every((name) => marked.has(name)) ? null : (
            <Button tone="ghost" size="sm" onClick={() => selection.add(shown)}>
              {t('markShown', { count: shown.length })}
            </Button>
          )}
          <Button
            tone="ghost"
            size="icon-sm"
            className="max-md:ml-auto md:order-last"
            aria-label={t('clear')}
            onClick={() => selection.clear()}
          >
            <X aria-hidden className="size-4" />
          </Button>
          <div className="flex flex-wrap gap-1.5">
            {actions.map(({ action, Icon }) => (
              <Button
                key={action}
                size="sm"
                disabled={tooMany}
                title={tooMany ? t('tooMany', { most: formatCount(changedTopicsMax) }) : undefined}
                onClick={() => setOpen({ action, topics: [...marked] })}
              >
                <Icon aria-hidden className="size-3.5 text-dim" />
                {t(`actions.${action}`)}
              </Button>
            ))}
          </div>
        </section>
      )}
      <WhenAsked when={open !== null}>
        <ChangeTopicsDialog asked={open} onClose={() => setOpen(null)} onDone={() => selection.clear()} />
      </WhenAsked>
    </>
  );
}
