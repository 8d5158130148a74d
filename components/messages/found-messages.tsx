'use client';

/** What was found, how far was looked for it, and the way on: each further answer is asked for by a click. */
import type { ReactNode } from 'react';
import { useTranslations } from 'next-intl';
import type { Message } from '../../console/contracts/messages';
import { isProblem } from '../data/api-client';
import { fieldErrors, useProblemWords } from '../data/problem-words';
import type { useFoundMessages } from '../data/use-messages';
import { formatCount } from '../format/quantity';
import type { Column } from '../tables/columns';
import { DataTable } from '../tables/data-table';
import { TableBar } from '../tables/table-bar';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { ErrorState } from '../ui/error-state';
import { Notice } from '../ui/notice';
import { messageKey } from './message-columns';
import type { MessageSearch } from './message-search';
import { ScanReport } from './scan-report';
import type { ScanSum } from './scan-sum';

interface FoundMessagesProps {
  topic: string;
  search: MessageSearch;
  look: ReturnType<typeof useFoundMessages>;
  rows: readonly Message[];
  sum: ScanSum | null;
  columns: readonly Column<Message>[];
  onOpen: (message: Message) => void;
  save: ReactNode;
}

/** Why there is nothing, when there was no answer at all. */
function NoAnswer({ topic, look: { found, again } }: Pick<FoundMessagesProps, 'topic' | 'look'>) {
  const t = useTranslations('messages');
  if (!found.isError) {
    return (
      <EmptyState title={t('stoppedByYou')} action={<Button onClick={again}>{t('lookAgain')}</Button>}>
        {t('stoppedByYouMeaning')}
      </EmptyState>
    );
  }
  if (isProblem(found.error, 'not-found')) {
    return <EmptyState title={t('unknownTopic', { topic })}>{t('unknownTopicMeaning')}</EmptyState>;
  }
  if (Object.keys(fieldErrors(found.error)).length > 0) {
    return <EmptyState title={t('cannotAsk')}>{t('cannotAskMeaning')}</EmptyState>;
  }
  return <ErrorState title={t('failed')} error={found.error} onRetry={again} />;
}

function NothingFound({ search, sum }: { search: MessageSearch; sum: ScanSum | null }) {
  const t = useTranslations('messages');
  if (sum?.isAll === false)
    return <EmptyState title={t('notYetFound')}>{t('notYetFoundMeaning')}</EmptyState>;
  if (search.filter !== '') return <EmptyState title={t('noMatch')}>{t('noMatchMeaning')}</EmptyState>;
  return <EmptyState title={t('nothingThere')}>{t('nothingThereMeaning')}</EmptyState>;
}

function WayOn({ search, look: { found }, rows, sum }: FoundMessagesProps) {
  const t = useTranslations('messages');
  const words = useProblemWords();
  return (
    <div className="sheet-x flex flex-col items-start gap-3 py-4">
      {found.isFetchNextPageError ? <Notice alert tone="bad" title={words(found.error)} /> : null}
      {found.hasNextPage ? (
        <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {search.filter === '' ? t('more', { limit: formatCount(search.limit) }) : t('lookFurther')}
        </Button>
      ) : rows.length > 0 ? (
        <p className="text-sm text-dim">{t(sum?.order === 'newest-first' ? 'beginning' : 'end')}</p>
      ) : null}
    </div>
  );
}

export function FoundMessages(props: FoundMessagesProps) {
  const t = useTranslations('messages');
  const { topic, search, look, rows, sum, columns, onOpen, save } = props;
  const isLooking = look.found.isPending && look.found.isFetching;
  if (look.found.data === undefined && !isLooking) return <NoAnswer topic={topic} look={look} />;
  return (
    <>
      {sum === null ? null : <ScanReport sum={sum} />}
      <TableBar
        shown={rows.length}
        total={rows.length}
        moved={0}
        onSortAgain={() => undefined}
        loading={isLooking}
      >
        {save}
      </TableBar>
      <DataTable
        label={t('title')}
        rows={rows}
        columns={columns}
        keyOf={messageKey}
        onOpen={onOpen}
        loading={isLooking}
        empty={<NothingFound search={search} sum={sum} />}
      />
      {isLooking ? null : <WayOn {...props} />}
    </>
  );
}
