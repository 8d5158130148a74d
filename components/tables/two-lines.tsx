/**
 * Words of a cell in two lines at most, which are as high as a row, so that it keeps its height. On a card they take as many as they need. Whoever
 * uses it says all of them in a `title`.
 */
import type { ReactNode } from 'react';
import { cn } from '../ui/cn';

export function TwoLines({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <span
      className={cn(
        'min-w-0 wrap-anywhere whitespace-normal text-soft sm:line-clamp-2 sm:text-xs sm:leading-3.5',
        className,
      )}
    >
      {children}
    </span>
  );
}
