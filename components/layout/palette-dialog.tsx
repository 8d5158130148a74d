'use client';

/**
 * The palette itself: what is found for what is typed, and the way there. Names are filtered by palette-hits, not by cmdk: 10,000 mounted
 * items would stall every key press.
 */
import { useRouter } from 'next/navigation';
import { Command } from 'cmdk';
import { Dialog as Primitive } from 'radix-ui';
import { useTranslations } from 'next-intl';
import { PaletteField, paletteBox, paletteField, paletteScrim } from './palette-field';
import { useHits } from './palette-hits';

interface PaletteDialogProps {
  search: string;
  onSearch: (search: string) => void;
  onClose: () => void;
  /** Where the keyboard goes when it closes. */
  cameFrom: Element | null;
}

function PaletteBody({ search, onSearch, onClose }: Omit<PaletteDialogProps, 'cameFrom'>) {
  const t = useTranslations('palette');
  const router = useRouter();
  const sections = useHits(search);
  return (
    <Command shouldFilter={false} loop label={t('label')}>
      <PaletteField>
        <Command.Input
          autoFocus
          value={search}
          onValueChange={onSearch}
          placeholder={t('placeholder')}
          className={paletteField}
        />
      </PaletteField>
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
                    onClose();
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

export function PaletteDialog({ cameFrom, ...body }: PaletteDialogProps) {
  const t = useTranslations('palette');
  return (
    <Primitive.Root open onOpenChange={body.onClose}>
      <Primitive.Portal>
        <Primitive.Overlay className={paletteScrim} />
        <Primitive.Content
          aria-describedby={undefined}
          // Its field had the keyboard before Radix looked who has it.
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (cameFrom instanceof HTMLElement) cameFrom.focus();
          }}
          className={paletteBox}
        >
          <Primitive.Title className="sr-only">{t('label')}</Primitive.Title>
          <PaletteBody {...body} />
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
