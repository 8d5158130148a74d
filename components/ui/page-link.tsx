'use client';

/**
 * A link to a page of ours. Nothing is fetched ahead: what the server would answer is only the frame of the page, whose numbers are asked
 * for on arrival anyhow, and some thirty such questions at each page held the few connections that a browser opens to one server.
 * Without that, Next's own link is an `a` with a good deal of bookkeeping, which a table of links pays for in every row that scrolls by.
 */
import type { ComponentProps, MouseEvent } from 'react';
import { useRouter } from 'next/navigation';

/** Whatever the browser does otherwise than going there: another tab or window, a file. */
function isForBrowser(event: MouseEvent<HTMLAnchorElement>): boolean {
  const { target } = event.currentTarget;
  return (
    (target !== '' && target !== '_self') ||
    event.button !== 0 ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey ||
    event.currentTarget.hasAttribute('download')
  );
}

interface PageLinkProps extends ComponentProps<'a'> {
  href: string;
  /** Going back leads to before this page. */
  replace?: boolean;
  /** Without it the page stays where it is scrolled to. */
  scroll?: boolean;
}

export function PageLink({ href, onClick, replace = false, scroll = true, ...rest }: PageLinkProps) {
  const router = useRouter();
  return (
    <a
      {...rest}
      href={href}
      onClick={(event) => {
        onClick?.(event);
        if (event.defaultPrevented || isForBrowser(event)) return;
        event.preventDefault();
        if (replace) router.replace(href, { scroll });
        else router.push(href, { scroll });
      }}
    />
  );
}
