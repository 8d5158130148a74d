/** Pages with the short addresses: of the default cluster, and of the console itself. */
import type { ReactNode } from 'react';
import { ConsoleFrame } from '../console-frame';

export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return <ConsoleFrame clusterId={null}>{children}</ConsoleFrame>;
}
