'use client';

/**
 * The frame of a page that is a list: the title, the answer in a sentence as soon as there is one, and the list; or, where nothing could
 * be read yet, what went wrong in its place. A list that was read once stays while asking again fails.
 */
import type { ReactNode } from 'react';
import { ErrorState } from '../ui/error-state';
import { Skeleton } from '../ui/skeleton';
import { PageHeader } from './page-header';

interface ListPageProps {
  title: string;
  /** The question that the page is about, as the cache has it. */
  asked: {
    readonly data: unknown;
    readonly isPending: boolean;
    readonly isError: boolean;
    readonly error: unknown;
    readonly refetch: () => Promise<unknown>;
  };
  /** What could not be read. */
  failed: string;
  /** Drawn once there is data. */
  answer: ReactNode;
  actions?: ReactNode;
  /** The list, and what else there is only with it. */
  children: ReactNode;
}

export function ListPage({ title, asked, failed, answer, actions, children }: ListPageProps) {
  const isLost = asked.isError && asked.data === undefined;
  const waiting = <Skeleton className="mt-1 w-96 max-w-full" />;
  return (
    <>
      <PageHeader
        title={title}
        answer={isLost ? undefined : asked.isPending ? waiting : answer}
        actions={actions}
      />
      {isLost ? (
        <ErrorState title={failed} error={asked.error} onRetry={() => void asked.refetch()} />
      ) : (
        children
      )}
    </>
  );
}
