'use client';

/** The pages there are, in the order of the side bar, with the second key of their `g` shortcut. */
import {
  Activity,
  Bell,
  ChartLine,
  Combine,
  Mail,
  MonitorPlay,
  Network,
  Rows3,
  ScrollText,
  Server,
  Settings2,
  UserCog,
  Users,
  type LucideIcon,
} from 'lucide-react';
import { useMay, usePaths } from './session-context';

export type NavigationName =
  | 'overview'
  | 'brokers'
  | 'topics'
  | 'groups'
  | 'messages'
  | 'alerts'
  | 'charts'
  | 'wall'
  | 'clusters'
  | 'users'
  | 'audit'
  | 'account'
  | 'settings';

export interface NavigationItem {
  readonly name: NavigationName;
  readonly href: string;
  readonly icon: LucideIcon;
  readonly key: string;
  /** Below the line: about the console, not the cluster. */
  readonly foot: boolean;
  /** Not in the bar of phones, which has room for five; in the user menu there. */
  readonly wide?: boolean;
}

export function useNavigation(): NavigationItem[] {
  const paths = usePaths();
  const admin = useMay('admin');
  const items: NavigationItem[] = [
    { name: 'overview', href: paths.overview, icon: Activity, key: 'o', foot: false },
    { name: 'brokers', href: paths.brokers, icon: Server, key: 'b', foot: false },
    { name: 'topics', href: paths.topics, icon: Rows3, key: 't', foot: false },
    { name: 'groups', href: paths.groups, icon: Combine, key: 'g', foot: false },
    { name: 'messages', href: paths.messages, icon: Mail, key: 'e', foot: false, wide: true },
    { name: 'alerts', href: paths.alerts, icon: Bell, key: 'a', foot: false },
    { name: 'charts', href: paths.charts, icon: ChartLine, key: 'm', foot: false, wide: true },
    { name: 'wall', href: paths.wall, icon: MonitorPlay, key: 'w', foot: false, wide: true },
    { name: 'clusters', href: paths.clusters, icon: Network, key: 'c', foot: true },
    { name: 'users', href: paths.users, icon: Users, key: 'p', foot: true },
    { name: 'audit', href: paths.audit, icon: ScrollText, key: 'u', foot: true },
    { name: 'account', href: paths.account, icon: UserCog, key: 'i', foot: true },
    { name: 'settings', href: paths.settings, icon: Settings2, key: 's', foot: true },
  ];
  return admin ? items : items.filter(({ name }) => name !== 'audit' && name !== 'users');
}

/** Whether a page belongs to a navigation item: itself or a page below it. */
export function isCurrent(item: NavigationItem, pathname: string): boolean {
  if (item.name === 'overview') return pathname === item.href;
  return pathname === item.href || pathname.startsWith(`${item.href}/`);
}
