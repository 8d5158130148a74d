'use client';

/**
 * The palette: type a few letters of a page, a topic, a group, a broker, a cluster or of what is to be done, and go there. Names are
 * filtered by palette-hits, not by cmdk: 10,000 mounted items would stall every key press.
 */
import { useState } from 'react';
import { useRouter } from 'next/navigation';
import { Command } from 'cmdk';
import { Search } from 'lucide-react';
import { Dialog as Primitive } from 'radix-ui';
import { useTranslations } from 'next-intl';
import { useHits } from './palette-hits';

function PaletteBody({ onDone }: { onDone: () => void }) {
  const t = useTranslations('palette');
  const router = useRouter();
  const [search, setSearch] = useState('');
  const sections = useHits(search);
  return (
    <Command shouldFilter={false} loop label={t('label')}>
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search aria-hidden className="size-4 text-dim" />
        <Command.Input
          value={search}
          onValueChange={setSearch}
          placeholder={t('placeholder')}
          className="h-12 min-w-0 flex-1 bg-transparent text-base text-ink outline-none"
        />
      </div>
      <Command.List className="max-h-[50dvh] scroll-py-2 overflow-y-auto p-2">
        <Command.Empty className="px-2 py-6 text-sm text-dim">{t('nothing', { search })}</Command.Empty>
        {sections
          .filter((section) => section.hits.length > 0)
          .map((section) => (
            <Command.Group
              key={section.heading}
              heading={t(section.heading)}
              className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-dim"
            >
              {section.hits.map((hit) => (
                <Command.Item
                  key={hit.key}
                  value={hit.key}
                  onSelect={() => {
                    onDone();
                    if (hit.href === undefined) hit.run();
                    else router.push(hit.href);
                  }}
                  className="flex h-8 cursor-pointer items-center gap-2.5 rounded-sm px-2 text-sm text-ink data-[selected=true]:bg-active"
                >
                  <hit.icon aria-hidden className="size-4 shrink-0 text-dim" />
                  <span className="truncate">{hit.label}</span>
                </Command.Item>
              ))}
            </Command.Group>
          ))}
      </Command.List>
    </Command>
  );
}

export function CommandPalette({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const t = useTranslations('palette');
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-50 bg-[var(--scrim)]" />
        <Primitive.Content
          aria-describedby={undefined}
          className="float-in fixed top-[10vh] left-1/2 z-50 w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 overflow-hidden rounded-md bg-raised shadow-float outline-none"
        >
          <Primitive.Title className="sr-only">{t('label')}</Primitive.Title>
          <PaletteBody onDone={() => onOpenChange(false)} />
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
