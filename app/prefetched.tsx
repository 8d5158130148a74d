/**
 * What a page shows first, read on the server from memory and handed to the browser's cache: the first paint has numbers, not
 * skeletons. A question that fails here is simply asked again by the browser, which has the words for it.
 */
import 'server-only';
import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ConsoleContext } from '@/console/services/context';
import { requireUserContext } from '@/console/services/current-user';
import { nameOf } from './route-name';

export interface Question {
  readonly key: readonly unknown[];
  readonly answer: (context: ConsoleContext, clusterId: string) => unknown;
}

/** Route parameters of a page that exists with and without a cluster in its address. */
export interface ClusterParams {
  readonly cluster?: string;
}

/** The cluster a page is about: the one in its address, else the default one; null when there is none at all. */
export async function clusterIdOf(params: ClusterParams): Promise<string | null> {
  if (params.cluster !== undefined) return nameOf(params.cluster);
  return (await requireUserContext()).context.clusters.all()[0]?.id ?? null;
}

interface PrefetchedProps {
  clusterId: string | null;
  questions: (clusterId: string) => readonly Question[];
  children: ReactNode;
}

export async function Prefetched({ clusterId, questions, children }: PrefetchedProps) {
  const client = new QueryClient();
  if (clusterId !== null) {
    const { context } = await requireUserContext();
    await Promise.all(
      questions(clusterId).map(async ({ key, answer }) => {
        try {
          const data = await answer(context, clusterId);
          if (data !== null) client.setQueryData(key, data);
        } catch {
          // Before the first snapshot there is nothing to hand over.
        }
      }),
    );
  }
  return <HydrationBoundary state={dehydrate(client)}>{children}</HydrationBoundary>;
}
