/** A resting place of the final size for what is still on its way. */
import { cn } from './cn';

export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cn('skeleton block h-3', className)} />;
}
