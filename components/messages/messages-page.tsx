'use client';

/**
 * Looking into one topic. What is looked for is in the address and so is the record that is open. One look reads a bounded part of the
 * topic at once, the first when the page is opened; all further ones happen by a click.
 */
import { useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'next/navigation';
import { Download, Send } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Message } from '../../console/contracts/messages';
import { fieldErrors } from '../data/problem-words';
import { useLive } from '../data/live-provider';
import { useFoundMessages, useMessageTail } from '../data/use-messages';
import { useTopic } from '../data/use-topics';
import { PageHeader } from '../layout/page-header';
import { useClusterId, useMayChange, usePaths } from '../layout/session-context';
import { replaceSearch, useUrlParameter } from '../tables/url-state';
import { Button } from '../ui/button';
import { Skeleton } from '../ui/skeleton';
import { FoundMessages } from './found-messages';
import { LiveMessages, LiveSentence } from './live-messages';
import { useMessageColumns } from './message-columns';
import { MessageDrawer } from './message-drawer';
import {
  addressOf,
  placeOf,
  placeText,
  questionOf,
  searchOfAddress,
  type MessageSearch,
} from './message-search';
import { ProduceDialog } from './produce-dialog';
import { useVisit } from './recent-topics';
import { saveFile } from './save-file';
import { ScanSentence } from './scan-report';
import { sumOfScans, type ScanSum } from './scan-sum';
import { SearchForm } from './search-form';
import { useScrolledPast } from './use-scrolled-past';

const noRows: readonly Message[] = [];

/** What is shown, as a file: the records as the API gives them, and how far was looked for them. */
function SaveButton({ topic, question, rows, sum }: SaveButtonProps) {
  const t = useTranslations('messages');
  const clusterId = useClusterId();
  const save = (): void => {
    const content = { cluster: clusterId, topic, ...question, scanned: sum ?? undefined, items: rows };
    saveFile(`${topic}-messages.json`, 'application/json', JSON.stringify(content, null, 2));
  };
  return (
    <Button size="sm" disabled={rows.length === 0} onClick={save}>
      <Download aria-hidden className="size-3.5" />
      {t('saveShown')}
    </Button>
  );
}

interface SaveButtonProps {
  topic: string;
  question: ReturnType<typeof questionOf>;
  rows: readonly Message[];
  sum: ScanSum | null;
}

const openMessage = (message: Message): void => replaceSearch({ at: placeText(message) });
const lookFor = (search: MessageSearch): void => replaceSearch({ ...addressOf(search), at: null });
const isSame = (a: MessageSearch, b: MessageSearch): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What was found, in one list. */
function useRows(look: ReturnType<typeof useFoundMessages>) {
  const { data } = look.found;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? noRows, [data]);
  const sum = useMemo(() => sumOfScans(data?.pages ?? []), [data]);
  return { rows, sum };
}

export function MessagesPage({ topic }: { topic: string }) {
  const t = useTranslations('messages');
  const paths = usePaths();
  useVisit(topic);
  const clusterId = useClusterId();
  const mayChange = useMayChange();
  const address = useSearchParams();
  const [produceText, setProduce] = useUrlParameter('produce', '');
  const [at] = useUrlParameter('at', '');
  const known = useTopic(clusterId, topic).data;
  const partitions = known?.partitionCount ?? null;
  const search = searchOfAddress(address);
  const question = questionOf(search);
  const isLive = search.kind === 'live';
  const place = placeOf(at);

  const list = useRef<HTMLDivElement>(null);
  const [isPaused, setPaused] = useState(false);
  const isPast = useScrolledPast(list);
  const { state: live } = useLive();
  const isHeld = isPaused || isPast || place !== null || live.paused;
  const look = useFoundMessages(clusterId, topic, question, !isLive);
  const tail = useMessageTail(clusterId, topic, isLive ? question : null, isHeld);
  const { rows, sum } = useRows(look);
  const columns = useMessageColumns(openMessage);

  const onSearch = (next: MessageSearch): void => {
    setPaused(false);
    if (!isSame(next, search)) lookFor(next);
    else if (isLive) tail.again();
    else look.again();
  };
  const refusal = isLive ? tail.problem : look.found.error;
  const mayProduce = mayChange && known?.internal !== true;
  const shown = isLive ? tail.state.shown : rows;
  const save = <SaveButton topic={topic} question={question} rows={shown} sum={isLive ? null : sum} />;
  return (
    <>
      <PageHeader
        parent={{ href: paths.topic(topic), label: topic }}
        title={t('title')}
        answer={
          isLive ? (
            <LiveSentence state={tail.state} />
          ) : sum !== null ? (
            <ScanSentence sum={sum} found={rows.length} />
          ) : look.found.isFetching ? (
            <Skeleton className="mt-1 w-96 max-w-full" />
          ) : undefined
        }
        actions={
          mayProduce ? (
            <Button onClick={() => setProduce('new')}>
              <Send aria-hidden className="size-4 text-dim" />
              {t('produce')}
            </Button>
          ) : undefined
        }
      />
      <SearchForm
        search={search}
        partitions={partitions}
        errors={fieldErrors(refusal)}
        busy={!isLive && look.found.isFetching}
        onSearch={onSearch}
        onStop={look.stop}
      />
      {isLive ? (
        <LiveMessages
          state={tail.state}
          problem={tail.problem}
          columns={columns}
          list={list}
          isPaused={isPaused}
          onPause={setPaused}
          onClear={tail.clear}
          onAgain={tail.again}
          onOpen={openMessage}
          onShowWaiting={() => {
            setPaused(false);
            list.current?.scrollIntoView({ block: 'start' });
          }}
          save={save}
        />
      ) : (
        <FoundMessages
          topic={topic}
          search={search}
          look={look}
          rows={rows}
          sum={sum}
          columns={columns}
          onOpen={openMessage}
          save={save}
        />
      )}
      <MessageDrawer
        topic={topic}
        place={place}
        listed={shown}
        onMove={(next) => replaceSearch({ at: next === null ? null : placeText(next) })}
      />
      <ProduceDialog
        topic={topic}
        partitions={partitions}
        open={mayProduce && produceText === 'new'}
        onOpenChange={(open) => setProduce(open ? 'new' : '')}
      />
    </>
  );
}
