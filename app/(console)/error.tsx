'use client';

/** A page failed to draw: the frame stays, the reader can try again. */
import { PageFailure } from '@/components/layout/page-failure';

export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return <PageFailure digest={error.digest ?? null} onRetry={reset} />;
}
