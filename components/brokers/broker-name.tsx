/** A broker by its id, with its hue: the same square stands for it in every chart and table. */
import { brokerHue, seriesColour } from '../charts/series-colour';
import { PageLink } from '../ui/page-link';

export function BrokerMark({ id }: { id: number }) {
  return (
    <span
      aria-hidden
      className="inline-block size-2 shrink-0 rounded-[1px]"
      style={{ background: seriesColour(brokerHue(id)) }}
    />
  );
}

export function BrokerLink({ id, href, strong = false }: { id: number; href: string; strong?: boolean }) {
  return (
    <PageLink
      href={href}
      className={`inline-flex items-center gap-1.5 tnum hover:text-accent ${strong ? 'font-medium text-ink' : 'text-soft'}`}
    >
      <BrokerMark id={id} />
      {id}
    </PageLink>
  );
}
