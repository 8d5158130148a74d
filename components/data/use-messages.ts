'use client';

/**
 * Looking into a topic and appending to it. Each look reads from the cluster, so none happens unasked: not when a window gets the
 * focus, not after a failure, not with a new snapshot. One that nobody waits for any more ends on the server, too.
 */
import { useEffect, useReducer, useState } from 'react';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { shownBytesMax } from '../../console/contracts/limits';
import type { Message, Messages, ProduceMessageInput } from '../../console/contracts/messages';
import { apiPaths, withQuery } from '../../console/contracts/paths';
import { queryKeys } from '../../console/contracts/query-keys';
import type { MessageQuestion, Place } from '../messages/message-search';
import { noTail, tailAfter } from '../messages/tail-state';
import { apiGet, apiSend, type ApiProblem } from './api-client';
import { openMessageTail } from './message-tail';

const onlyWhenAsked = {
  staleTime: Infinity,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
  refetchInterval: false,
  retry: false,
} as const;

/** Answer after answer, as far as one goes on; nothing while it is not asked. */
export function useFoundMessages(
  clusterId: string,
  topic: string,
  question: MessageQuestion,
  isAsked: boolean,
) {
  const client = useQueryClient();
  const queryKey = queryKeys.messages(clusterId, topic, question);
  const found = useInfiniteQuery({
    ...onlyWhenAsked,
    queryKey,
    enabled: isAsked,
    // What was the newest then is not when one comes back.
    gcTime: 0,
    queryFn: ({ signal, pageParam }) =>
      apiGet<Messages>(
        withQuery(apiPaths.messages(clusterId, topic), { ...question, cursor: pageParam }),
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
  return {
    found,
    /** The same question, from its beginning. */
    again: () => void client.resetQueries({ queryKey, exact: true }),
    stop: () => void client.cancelQueries({ queryKey, exact: true }),
  };
}

/** One record, with as much of it as the API gives; not asked for without a place. */
export function useMessageAt(clusterId: string, topic: string, place: Place | null) {
  return useQuery({
    ...onlyWhenAsked,
    queryKey: queryKeys.messages(clusterId, topic, { at: place }),
    gcTime: 0,
    enabled: place !== null,
    queryFn: async ({ signal }): Promise<Message | null> => {
      const question = {
        partition: place?.partition,
        from: `offset:${String(place?.offset ?? 0)}`,
        limit: 1,
        shownBytes: shownBytesMax,
      };
      const { items } = await apiGet<Messages>(
        withQuery(apiPaths.messages(clusterId, topic), question),
        signal,
      );
      // A compacted or deleted record gives way to the next one, which is not the one that was asked for.
      return items.find(({ offset }) => offset === place?.offset) ?? null;
    },
  });
}

export function useProduceMessage(clusterId: string, topic: string) {
  return useMutation({
    gcTime: 0,
    mutationFn: (message: ProduceMessageInput) =>
      apiSend<Message>('POST', apiPaths.messages(clusterId, topic), message),
  });
}

/** What arrives while this is on the page; nothing without a question. Held, it stands still. */
export function useMessageTail(
  clusterId: string,
  topic: string,
  question: MessageQuestion | null,
  isHeld: boolean,
) {
  const [state, dispatch] = useReducer(tailAfter, noTail);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [round, setRound] = useState(0);
  const url = question === null ? null : withQuery(apiPaths.messagesStream(clusterId, topic), question);
  useEffect(() => {
    setProblem(null);
    dispatch({ kind: 'begun' });
    if (url === null) return undefined;
    return openMessageTail(url, {
      onOpen: () => dispatch({ kind: 'opened' }),
      onEvent: (event) => dispatch({ kind: 'arrived', event }),
      onLost: () => dispatch({ kind: 'lost' }),
      onRefused: setProblem,
    });
  }, [url, round]);
  useEffect(() => dispatch({ kind: 'held', isHeld }), [isHeld]);
  return {
    state,
    problem,
    again: () => setRound((each) => each + 1),
    clear: () => dispatch({ kind: 'cleared' }),
  };
}
