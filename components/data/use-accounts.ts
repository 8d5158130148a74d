'use client';

/** API tokens and the audit trail: for administrators. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { apiPaths, withQuery } from '../../console/contracts/paths';
import { queryKeys } from '../../console/contracts/query-keys';
import type { List } from '../../console/contracts/envelope';
import type { ApiToken, AuditEntry, CreatedApiToken, CreateToken } from '../../console/contracts/accounts';
import { apiGet, apiSend } from './api-client';
import { fetchAll } from './fetch-all';

const AUDIT_PAGE = 200;

export function useTokens(enabled = true) {
  return useQuery({
    queryKey: queryKeys.tokens(),
    queryFn: ({ signal }) => fetchAll<ApiToken>(apiPaths.tokens(), '-createdAt', signal),
    enabled,
  });
}

export function useCreateToken() {
  const client = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (token: CreateToken) => apiSend<CreatedApiToken>('POST', apiPaths.tokens(), token),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.tokens() }),
  });
}

export function useRevokeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => apiSend<undefined>('DELETE', apiPaths.token(id)),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.tokens() }),
  });
}

/** Newest first, further pages as the reader asks for them. */
export function useAudit(search: string) {
  return useInfiniteQuery({
    queryKey: queryKeys.audit({ search }),
    queryFn: ({ signal, pageParam }) =>
      apiGet<List<AuditEntry>>(
        withQuery(apiPaths.audit(), { limit: AUDIT_PAGE, sort: '-at', search, cursor: pageParam }),
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: 15_000,
  });
}
