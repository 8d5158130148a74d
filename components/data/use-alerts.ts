'use client';

/** Alert rules, channels and incidents: read by everybody, written by those whose role allows it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { shownIncidents } from '../../console/contracts/limits';
import { apiPaths, withQuery } from '../../console/contracts/paths';
import { queryKeys } from '../../console/contracts/query-keys';
import type { List } from '../../console/contracts/envelope';
import type {
  AlertRule,
  AlertRuleInput,
  Incident,
  Silence,
  SilenceInput,
} from '../../console/contracts/alerts';
import type { Channel, ChannelInput, ChannelTest } from '../../console/contracts/channels';
import { apiGet, apiSend } from './api-client';
import { fetchAll } from './fetch-all';

export function useAlertRules() {
  return useQuery({
    queryKey: queryKeys.alertRules(),
    queryFn: ({ signal }) => fetchAll<AlertRule>(apiPaths.alertRules(), 'name', signal),
  });
}

export function useChannels() {
  return useQuery({
    queryKey: queryKeys.channels(),
    queryFn: ({ signal }) => fetchAll<Channel>(apiPaths.channels(), 'name', signal),
  });
}

export function useIncidents() {
  return useQuery({
    queryKey: queryKeys.incidents(),
    queryFn: ({ signal }) => apiGet<List<Incident>>(withQuery(apiPaths.incidents(), shownIncidents), signal),
  });
}

/** One that somebody came for, however old; null asks for none. */
export function useIncident(id: string | null) {
  return useQuery({
    queryKey: queryKeys.incident(id ?? ''),
    queryFn: ({ signal }) => apiGet<Incident>(apiPaths.incident(id ?? ''), signal),
    enabled: id !== null,
  });
}

/** Those in force and those to come. */
export function useSilences() {
  return useQuery({
    queryKey: queryKeys.silences(),
    queryFn: ({ signal }) => fetchAll<Silence>(apiPaths.silences(), 'endsAt', signal),
  });
}

/** How many incidents are open now, for the mark in the side bar. */
export function useFiringCount() {
  return useQuery({
    queryKey: queryKeys.incidents({ state: 'firing', count: true }),
    queryFn: ({ signal }) =>
      apiGet<List<Incident>>(withQuery(apiPaths.incidents(), { state: 'firing', limit: 1 }), signal),
    select: (list) => list.total,
  });
}

function useAlertMutation<Input, Output>(send: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSettled: () => client.invalidateQueries({ queryKey: ['alerts'] }),
  });
}

export const useSaveRule = () =>
  useAlertMutation(({ id, rule }: { id: string | null; rule: AlertRuleInput }) =>
    id === null
      ? apiSend<AlertRule>('POST', apiPaths.alertRules(), rule)
      : apiSend<AlertRule>('PUT', apiPaths.alertRule(id), rule),
  );

export const useDeleteRule = () =>
  useAlertMutation((id: string) => apiSend<undefined>('DELETE', apiPaths.alertRule(id)));

export const useSaveChannel = () =>
  useAlertMutation(({ id, channel }: { id: string | null; channel: ChannelInput }) =>
    id === null
      ? apiSend<Channel>('POST', apiPaths.channels(), channel)
      : apiSend<Channel>('PUT', apiPaths.channel(id), channel),
  );

export const useDeleteChannel = () =>
  useAlertMutation((id: string) => apiSend<undefined>('DELETE', apiPaths.channel(id)));

export const useTestChannel = () =>
  useAlertMutation((id: string) => apiSend<ChannelTest>('POST', apiPaths.channelTest(id)));

export const useAcknowledge = () =>
  useAlertMutation((id: string) => apiSend<Incident>('POST', apiPaths.acknowledgeIncident(id)));

export const useCreateSilence = () =>
  useAlertMutation((silence: SilenceInput) => apiSend<Silence>('POST', apiPaths.silences(), silence));

export const useEndSilence = () =>
  useAlertMutation((id: string) => apiSend<undefined>('DELETE', apiPaths.silence(id)));
