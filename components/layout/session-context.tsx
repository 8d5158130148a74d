'use client';

/** Who looks, and at which cluster. Given by the server for the page; nothing here is ever a right, only what to offer. */
import { createContext, use, useMemo, type ReactNode } from 'react';
import { pagePaths } from '../../console/contracts/paths';
import type { Role } from '../../console/contracts/envelope';

export interface ConsoleSession {
  readonly user: { readonly name: string; readonly role: Role };
  readonly cluster: { readonly id: string; readonly name: string; readonly readOnly: boolean };
  /** The cluster whose pages have the short addresses. */
  readonly defaultClusterId: string;
  readonly version: string;
}

const SessionContext = createContext<ConsoleSession | null>(null);

export function SessionContextProvider({
  session,
  children,
}: {
  session: ConsoleSession;
  children: ReactNode;
}) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): ConsoleSession {
  const session = use(SessionContext);
  if (session === null) throw new Error('useSession outside the console layout');
  return session;
}

export const useClusterId = (): string => useSession().cluster.id;

/** A role includes those of lower rank. */
export const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };

export const useMay = (role: Role): boolean => RANK[useSession().user.role] >= RANK[role];

/** Whether to offer changes to the cluster one looks at: a role that may, and a cluster that is not only watched. */
export function useMayChange(): boolean {
  const { cluster } = useSession();
  return useMay('operator') && !cluster.readOnly;
}

/** Page addresses of the cluster one looks at. */
export function usePaths() {
  const { cluster, defaultClusterId } = useSession();
  return useMemo(() => {
    const id = cluster.id === defaultClusterId ? null : cluster.id;
    return {
      overview: pagePaths.overview(id),
      brokers: pagePaths.brokers(id),
      broker: (brokerId: number) => pagePaths.broker(brokerId, id),
      topics: pagePaths.topics(id),
      topic: (topic: string) => pagePaths.topic(topic, id),
      topicMessages: (topic: string) => pagePaths.topicMessages(topic, id),
      messages: pagePaths.messages(id),
      groups: pagePaths.groups(id),
      group: (groupId: string) => pagePaths.group(groupId, id),
      charts: pagePaths.metricsCharts(id),
      wall: pagePaths.wall(id),
      alerts: pagePaths.alerts(),
      clusters: pagePaths.clusters(),
      users: pagePaths.users(),
      audit: pagePaths.audit(),
      account: pagePaths.account(),
      settings: pagePaths.settings(),
    };
  }, [cluster.id, defaultClusterId]);
}
