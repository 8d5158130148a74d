'use client';

/** Whose messages to look into: what was looked into lately, and all topics, searched as one types. Enter opens the closest. */
import { Fragment, useDeferredValue, useMemo } from 'react';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import type { Topic } from '../../console/contracts/topics';
import { useTopics } from '../data/use-topics';
import { formatCount } from '../format/quantity';
import { ListPage } from '../layout/list-page';
import { bestMatches } from '../layout/name-match';
import { useClusterId, usePaths } from '../layout/session-context';
import type { Column } from '../tables/columns';
import { ListTable } from '../tables/list-table';
import { FilterChip, SearchField } from '../tables/table-bar';
import { useTableRows } from '../tables/use-table-rows';
import { useUrlParameter } from '../tables/url-state';
import { useKeepingColumns } from '../topics/topic-keeping-columns';
import { EmptyState } from '../ui/empty-state';
import { PageLink } from '../ui/page-link';
import { Value } from '../ui/value';
import { useRecentTopics } from './recent-topics';

const none: readonly Topic[] = [];
const keyOf = (topic: Topic): string => topic.name;

function useColumns(): readonly Column<Topic>[] {
  const t = useTranslations('chooseTopic');
  const paths = usePaths();
  const keeping = useKeepingColumns();
  return useMemo<Column<Topic>[]>(
    () => [
      {
        id: 'name',
        header: t('name'),
        sort: keyOf,
        card: 'title',
        cell: ({ name }) => (
          <PageLink
            href={paths.topicMessages(name)}
            title={name}
            className="block truncate font-medium text-ink hover:text-accent"
          >
            {name}
          </PageLink>
        ),
      },
      {
        id: 'partitions',
        header: t('partitions'),
        align: 'end',
        width: '7rem',
        sort: (topic) => topic.partitionCount,
        cell: (topic) => <Value kind="count" value={topic.partitionCount} />,
      },
      {
        id: 'records',
        header: t('records'),
        align: 'end',
        width: '8rem',
        sort: (topic) => topic.records,
        cell: (topic) => <Value kind="count" value={topic.records} reason={t('noOffsets')} />,
      },
      {
        id: 'rate',
        header: t('rate'),
        align: 'end',
        width: '8rem',
        sort: (topic) => topic.messagesInPerSec,
        cell: (topic) => <Value kind="perSec" value={topic.messagesInPerSec} reason={t('noRate')} />,
      },
      ...keeping.filter(({ id }) => id === 'lastWrite'),
    ],
    [keeping, paths, t],
  );
}

function Lately({ topics }: { topics: readonly Topic[] | undefined }) {
  const t = useTranslations('chooseTopic');
  const paths = usePaths();
  const recent = useRecentTopics();
  const there = useMemo(() => new Set(topics?.map(keyOf)), [topics]);
  // What is gone since has no messages.
  const names = topics === undefined ? recent : recent.filter((name) => there.has(name));
  if (names.length === 0) return null;
  const links = () =>
    names.map((name, index) => (
      <Fragment key={name}>
        {index === 0 ? '' : t('comma')}
        <PageLink href={paths.topicMessages(name)} className="link break-words">
          {name}
        </PageLink>
      </Fragment>
    ));
  return <> {t.rich('lately', { names: links })}</>;
}

export function ChooseTopicPage() {
  const t = useTranslations('chooseTopic');
  const paths = usePaths();
  const router = useRouter();
  const topics = useTopics(useClusterId());
  const [search, setSearch] = useUrlParameter('q', '');
  const [internal, setInternal] = useUrlParameter('internal', '');
  const columns = useColumns();
  const words = useDeferredValue(search.trim());
  const all = topics.data?.items ?? none;
  const offered = useMemo(
    () => (internal === '' ? all.filter((topic) => !topic.internal) : all),
    [all, internal],
  );
  const found = useMemo(() => bestMatches(offered, keyOf, words, offered.length), [offered, words]);
  const table = useTableRows(found, columns, keyOf, 'name', `${words} ${internal}`);
  return (
    <ListPage
      title={t('title')}
      asked={topics}
      failed={t('failed')}
      answer={
        <p>
          {t('answer')}
          <Lately topics={topics.data?.items} />
        </p>
      }
    >
      <ListTable
        label={t('topics')}
        table={table}
        total={all.length}
        bar={
          <>
            <form
              className="contents"
              onSubmit={(event) => {
                event.preventDefault();
                // As the field has it: who types fast is ahead of the list.
                const typed = event.currentTarget.querySelector('input')?.value.trim() ?? '';
                const [closest] = bestMatches(offered, keyOf, typed, 1);
                if (typed !== '' && closest !== undefined) router.push(paths.topicMessages(closest.name));
              }}
            >
              <SearchField value={search} onChange={setSearch} label={t('search')} />
            </form>
            <FilterChip
              on={internal !== ''}
              onToggle={() => setInternal(internal === '' ? 'show' : '')}
              count={formatCount(all.filter((topic) => topic.internal).length)}
            >
              {t('internal')}
            </FilterChip>
          </>
        }
        columns={columns}
        keyOf={keyOf}
        hrefOf={(topic) => paths.topicMessages(topic.name)}
        loading={topics.isPending}
        empty={
          offered.length > 0 ? (
            <EmptyState title={t('noMatch')}>{t('noMatchMeaning')}</EmptyState>
          ) : (
            <EmptyState title={t('empty')}>{t('emptyMeaning')}</EmptyState>
          )
        }
      />
    </ListPage>
  );
}
