/** Charts side by side between hairlines: one, two or four columns as the screen grows, or three that stand together; never bigger ones. */
import type { ReactNode } from 'react';
import { cn } from '../ui/cn';
import { hairlineGrid } from '../ui/hairlines';

export function ChartGrid({ children, columns = 2 }: { children: ReactNode; columns?: 1 | 2 | 3 }) {
  return (
    <div
      className={cn(
        hairlineGrid,
        'border-t border-line',
        columns === 2 ? 'lg:grid-cols-2 3xl:grid-cols-4' : '',
        columns === 3 ? 'xl:grid-cols-3' : '',
      )}
    >
      {children}
    </div>
  );
}
