/** Nothing here yet: says what would be here and the one thing to do. */
import type { ReactNode } from 'react';
import { cn } from './cn';

interface EmptyStateProps {
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  className?: string | undefined;
}

export function EmptyState({ title, children, action, className }: EmptyStateProps) {
  return (
    <div className={cn('sheet-x flex flex-col items-start gap-1 py-10', className)}>
      <p className="text-base font-medium text-ink">{title}</p>
      {children === undefined ? null : <p className="max-w-[60ch] text-sm text-dim">{children}</p>}
      {action === undefined ? null : <div className="mt-3">{action}</div>}
    </div>
  );
}
