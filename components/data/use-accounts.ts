'use client';

/** Users, sessions, API tokens and the audit trail, for administrators; and everybody's own account. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Account, ChangePassword } from '../../console/contracts/account';
import { apiPaths, withQuery } from '../../console/contracts/paths';
import { queryKeys } from '../../console/contracts/query-keys';
import type { List } from '../../console/contracts/envelope';
import type {
  ApiToken,
  AuditEntry,
  AuditFilter,
  ChangeUser,
  CreatedApiToken,
  CreateToken,
  CreateUser,
  Session,
  User,
} from '../../console/contracts/accounts';
import { apiGet, apiSend } from './api-client';
import { fetchAll } from './fetch-all';

const AUDIT_PAGE = 200;
const REFRESH_MS = 15_000;

/** Everybody's, which only administrators see, or one's own. */
export type Whose = 'all' | 'own';

export function useUsers() {
  return useQuery({
    queryKey: queryKeys.users(),
    queryFn: ({ signal }) => fetchAll<User>(apiPaths.users(), 'name', signal),
    refetchInterval: REFRESH_MS,
  });
}

export interface UserToSave {
  /** Null for a new one. */
  readonly id: string | null;
  readonly user: CreateUser | ChangeUser;
}

/** A change of anything ends the sessions of that user. */
export function useSaveUser() {
  const client = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: ({ id, user }: UserToSave) =>
      id === null
        ? apiSend<User>('POST', apiPaths.users(), user)
        : apiSend<User>('PATCH', apiPaths.user(id), user),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: queryKeys.sessions() });
      return client.invalidateQueries({ queryKey: queryKeys.users() });
    },
  });
}

export function useDeleteUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => apiSend<undefined>('DELETE', apiPaths.user(id)),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: queryKeys.sessions() });
      return client.invalidateQueries({ queryKey: queryKeys.users() });
    },
  });
}

export function useAccount() {
  return useQuery({
    queryKey: queryKeys.account(),
    queryFn: ({ signal }) => apiGet<Account>(apiPaths.account(), signal),
  });
}

/** Passwords travel in the body only, and are not kept after the answer. */
export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (change: ChangePassword) => apiSend<Account>('POST', apiPaths.ownPassword(), change),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.ownSessions() }),
  });
}

export function useSessions(whose: Whose) {
  const all = whose === 'all';
  return useQuery({
    queryKey: all ? queryKeys.sessions() : queryKeys.ownSessions(),
    queryFn: ({ signal }) =>
      fetchAll<Session>(all ? apiPaths.sessions() : apiPaths.ownSessions(), '-lastSeenAt', signal),
    refetchInterval: REFRESH_MS,
  });
}

export function useEndSession(whose: Whose) {
  const client = useQueryClient();
  const all = whose === 'all';
  return useMutation({
    mutationFn: (id: string) =>
      apiSend<undefined>('DELETE', all ? apiPaths.session(id) : apiPaths.ownSession(id)),
    onSettled: () =>
      client.invalidateQueries({ queryKey: all ? queryKeys.sessions() : queryKeys.ownSessions() }),
  });
}

const tokensPath = (whose: Whose) => (whose === 'all' ? apiPaths.tokens() : apiPaths.ownTokens());
const tokensKey = (whose: Whose) => (whose === 'all' ? queryKeys.tokens() : queryKeys.ownTokens());

export function useTokens(whose: Whose) {
  return useQuery({
    queryKey: tokensKey(whose),
    queryFn: ({ signal }) => fetchAll<ApiToken>(tokensPath(whose), '-createdAt', signal),
  });
}

export function useCreateToken(whose: Whose) {
  const client = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (token: CreateToken) => apiSend<CreatedApiToken>('POST', tokensPath(whose), token),
    onSuccess: () => client.invalidateQueries({ queryKey: tokensKey(whose) }),
  });
}

export function useRevokeToken(whose: Whose) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      apiSend<undefined>('DELETE', whose === 'all' ? apiPaths.token(id) : apiPaths.ownToken(id)),
    onSettled: () => client.invalidateQueries({ queryKey: tokensKey(whose) }),
  });
}

/** Newest first, further pages as the reader asks for them. */
export function useAudit(filter: AuditFilter) {
  return useInfiniteQuery({
    queryKey: queryKeys.audit({ ...filter }),
    queryFn: ({ signal, pageParam }) =>
      apiGet<List<AuditEntry>>(
        withQuery(apiPaths.audit(), { limit: AUDIT_PAGE, sort: '-at', ...filter, cursor: pageParam }),
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: REFRESH_MS,
  });
}
