/** Charts side by side between hairlines: one, two or four columns as the screen grows, never bigger ones. */
import type { ReactNode } from 'react';
import { cn } from '../ui/cn';

export function ChartGrid({ children, columns = 2 }: { children: ReactNode; columns?: 1 | 2 | 3 }) {
  return (
    <div
      className={cn(
        'grid min-w-0 gap-px overflow-hidden border-t border-line bg-line [&>*]:bg-canvas',
        columns === 2 ? 'lg:grid-cols-2 3xl:grid-cols-4' : '',
        columns === 3 ? 'lg:grid-cols-2 2xl:grid-cols-3' : '',
      )}
    >
      {children}
    </div>
  );
}
