'use client';

/** All topics: search, filters, sort, ten thousand rows; create one, or change those that are marked, for those who may. */
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { Plus } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { Topic } from '../../console/contracts/topics';
import { useTopics } from '../data/use-topics';
import { formatCount, quantityText } from '../format/quantity';
import { ListPage } from '../layout/list-page';
import { FormWords } from '../layout/language/form-words';
import { useClusterId, useMayChange, usePaths } from '../layout/session-context';
import { ColumnMenu, useColumnChoice } from '../tables/column-choice';
import { ListTable } from '../tables/list-table';
import { FilterChip, SearchField } from '../tables/table-bar';
import { useTableRows } from '../tables/use-table-rows';
import { replaceSearch, useUrlParameter } from '../tables/url-state';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { later, WhenAsked } from '../ui/later';
import { PageLink } from '../ui/page-link';
import { SelectionBar } from './selection-bar';
import { useTopicColumns } from './topic-columns';
import { TopicSelection } from './topic-selection';

const CreateTopicDialog = later(async () => (await import('./create-topic-dialog')).CreateTopicDialog);

const none: readonly Topic[] = [];
const keyOf = (topic: Topic): string => topic.name;

type Filter = '' | 'under-replicated' | 'offline';

interface Sums {
  readonly partitions: number;
  readonly under: number;
  readonly offline: number;
  readonly internal: number;
  readonly fastest: Topic | undefined;
}

/** Once for each answer, not at each letter of a search. */
function sumsOf(topics: readonly Topic[]): Sums {
  let [partitions, under, offline, internal] = [0, 0, 0, 0];
  let fastest: Topic | undefined;
  for (const topic of topics) {
    partitions += topic.partitionCount;
    if (topic.underReplicatedPartitions > 0) under += 1;
    if (topic.offlinePartitions > 0) offline += 1;
    if (topic.internal) internal += 1;
    else if ((topic.bytesInPerSec ?? 0) > (fastest?.bytesInPerSec ?? 0)) fastest = topic;
  }
  return { partitions, under, offline, internal, fastest };
}

function Answer({ topics, sums }: { topics: number; sums: Sums }) {
  const t = useTranslations('topics');
  const locale = useLocale();
  const paths = usePaths();
  const { partitions, under, offline, fastest } = sums;
  return (
    <p>
      {t('counted', { topics, partitions })}{' '}
      {under + offline === 0 ? t('allInSync') : t('notInSync', { under, offline })}{' '}
      {fastest === undefined
        ? null
        : t.rich('fastest', {
            topic: fastest.name,
            rate: quantityText('bytesPerSec', fastest.bytesInPerSec, locale),
            link: (chunks) => (
              <PageLink href={paths.topic(fastest.name)} className="link">
                {chunks}
              </PageLink>
            ),
          })}
    </p>
  );
}

function useFiltered(all: readonly Topic[]) {
  const [search, setSearch] = useUrlParameter('q', '');
  const [filterText, setFilter] = useUrlParameter('filter', '');
  const [internal, setInternal] = useUrlParameter('internal', '');
  const filter: Filter = filterText === 'under-replicated' || filterText === 'offline' ? filterText : '';
  const words = useDeferredValue(search.trim().toLowerCase());
  const rows = useMemo(
    () =>
      all.filter(
        (topic) =>
          (internal !== '' || !topic.internal) &&
          (words === '' || topic.name.toLowerCase().includes(words)) &&
          (filter !== 'under-replicated' || topic.underReplicatedPartitions > 0) &&
          (filter !== 'offline' || topic.offlinePartitions > 0),
      ),
    [all, filter, internal, words],
  );
  return {
    rows,
    search,
    setSearch,
    filter,
    setFilter,
    internal,
    setInternal,
    question: `${words} ${filter} ${internal}`,
  };
}

function Filters({ sums, filtered }: { sums: Sums; filtered: ReturnType<typeof useFiltered> }) {
  const t = useTranslations('topics');
  const { filter, setFilter, internal, setInternal } = filtered;
  return (
    <div role="group" aria-label={t('filters')} className="flex flex-wrap gap-1.5">
      <FilterChip
        on={internal !== ''}
        onToggle={() => setInternal(internal === '' ? 'show' : '')}
        count={formatCount(sums.internal)}
      >
        {t('internalTopics')}
      </FilterChip>
      <FilterChip
        on={filter === 'under-replicated'}
        onToggle={() => setFilter(filter === 'under-replicated' ? '' : 'under-replicated')}
        count={formatCount(sums.under)}
      >
        {t('underReplicated')}
      </FilterChip>
      <FilterChip
        on={filter === 'offline'}
        onToggle={() => setFilter(filter === 'offline' ? '' : 'offline')}
        count={formatCount(sums.offline)}
      >
        {t('offline')}
      </FilterChip>
    </div>
  );
}

interface MarkedProps {
  selection: TopicSelection;
  all: readonly Topic[];
  rows: readonly Topic[];
}

/** Marks stay while one searches on; those on topics that are gone do not. */
function Marked({ selection, all, rows }: MarkedProps) {
  useEffect(() => {
    if (all.length > 0 && selection.marked().size > 0) selection.keepOnly(new Set(all.map(keyOf)));
  }, [all, selection]);
  const shown = useMemo(() => rows.map(keyOf), [rows]);
  return <SelectionBar selection={selection} shown={shown} />;
}

export function TopicsPage() {
  const t = useTranslations('topics');
  const paths = usePaths();
  const mayCreate = useMayChange();
  const [asked, ask] = useUrlParameter('topic', '');
  const [like] = useUrlParameter('like', '');
  const topics = useTopics(useClusterId());
  const all = topics.data?.items ?? none;
  const sums = useMemo(() => sumsOf(all), [all]);
  const filtered = useFiltered(all);
  const [selection] = useState(() => new TopicSelection());
  const allColumns = useTopicColumns(mayCreate ? selection : null);
  const choice = useColumnChoice('topics', allColumns);
  const { columns } = choice;
  const table = useTableRows(filtered.rows, columns, keyOf, 'name', filtered.question);
  const create = (
    <Button tone="primary" onClick={() => ask('new')}>
      <Plus aria-hidden className="size-4" />
      {t('create')}
    </Button>
  );
  return (
    <>
      <ListPage
        title={t('title')}
        asked={topics}
        failed={t('failed')}
        answer={<Answer topics={all.length} sums={sums} />}
        actions={mayCreate ? create : undefined}
      >
        <ListTable
          label={t('title')}
          table={table}
          total={all.length}
          bar={
            <>
              <SearchField value={filtered.search} onChange={filtered.setSearch} label={t('search')} />
              <Filters sums={sums} filtered={filtered} />
              <ColumnMenu all={allColumns} choice={choice} />
            </>
          }
          columns={columns}
          keyOf={keyOf}
          hrefOf={(topic) => paths.topic(topic.name)}
          loading={topics.isPending}
          empty={
            all.some((topic) => !topic.internal) ? (
              <EmptyState title={t('noMatch')}>{t('noMatchMeaning')}</EmptyState>
            ) : (
              <EmptyState title={t('empty')} action={mayCreate ? create : undefined}>
                {t('emptyMeaning')}
              </EmptyState>
            )
          }
        />
      </ListPage>
      {mayCreate ? <Marked selection={selection} all={all} rows={table.rows} /> : null}
      <WhenAsked when={mayCreate && asked === 'new'}>
        <FormWords>
          <CreateTopicDialog
            onClose={() => replaceSearch({ topic: null, like: null })}
            taken={all}
            like={like}
          />
        </FormWords>
      </WhenAsked>
    </>
  );
}
