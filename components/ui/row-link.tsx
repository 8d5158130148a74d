/** A link inside lists: not fetched ahead, because scrolling past ten thousand of them must not ask the server for each. */
import Link from 'next/link';
import type { ComponentProps } from 'react';

export function RowLink(props: Omit<ComponentProps<typeof Link>, 'prefetch'>) {
  return <Link {...props} prefetch={false} />;
}
