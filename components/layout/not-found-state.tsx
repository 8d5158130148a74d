/** A thing that is not there (any more), inside the console's frame: says so and leads back. */
import { buttonStyle } from '../ui/button';
import { PageLink } from '../ui/page-link';

export function NotFoundState({
  title,
  href,
  back,
  children,
}: {
  title: string;
  href: string;
  back: string;
  children?: string;
}) {
  return (
    <div className="sheet-x py-12">
      <h1 className="text-xl font-medium text-ink">{title}</h1>
      {children === undefined ? null : <p className="mt-1 max-w-[60ch] text-base text-soft">{children}</p>}
      <PageLink href={href} className={`${buttonStyle({ tone: 'secondary' })} mt-5`}>
        {back}
      </PageLink>
    </div>
  );
}
