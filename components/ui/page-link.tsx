/**
 * A link to a page of ours. Nothing is fetched ahead: what the server would answer is only the frame of the page, whose numbers are asked
 * for on arrival anyhow, and some thirty such questions at each page held the few connections that a browser opens to one server.
 */
import Link from 'next/link';
import type { ComponentProps } from 'react';

export function PageLink(props: Omit<ComponentProps<typeof Link>, 'prefetch'>) {
  return <Link {...props} prefetch={false} />;
}
