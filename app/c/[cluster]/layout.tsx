/** The same pages for a cluster that is not the default one. */
import type { ReactNode } from 'react';
import { ConsoleFrame } from '../../console-frame';
import { nameOf } from '../../route-name';

interface ClusterLayoutProps {
  children: ReactNode;
  params: Promise<{ cluster: string }>;
}

export default async function ClusterLayout({ children, params }: ClusterLayoutProps) {
  return <ConsoleFrame clusterId={nameOf((await params).cluster)}>{children}</ConsoleFrame>;
}
