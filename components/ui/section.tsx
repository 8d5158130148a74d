/** A ruled part of the sheet: a heading, what belongs beside it, and the content, up to the edges. */
import { useId, type ReactNode } from 'react';
import { cn } from './cn';

interface SectionProps {
  title: ReactNode;
  /** Dimmed words behind the title: a count, a unit. */
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string | undefined;
}

export function Section({ title, note, actions, children, className }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={cn('min-w-0 border-t border-line pb-6', className)}>
      <header className="sheet-x flex min-h-11 flex-wrap items-center gap-x-2.5 gap-y-1 py-1.5">
        <h2 id={id} className="text-sm font-medium text-ink">
          {title}
        </h2>
        {note === undefined ? null : <span className="text-xs text-dim tnum">{note}</span>}
        {actions === undefined ? null : (
          <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>
        )}
      </header>
      {children}
    </section>
  );
}
