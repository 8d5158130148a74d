'use client';

/**
 * The palette: type a few letters of a page, a topic, a group, a broker, a cluster or of what is to be done, and go there. It opens at
 * once; until its code is there (`palette-dialog.tsx`) it is a field alone, so that nothing that is typed is lost or taken for a shortcut.
 */
import { Suspense, useState } from 'react';
import { useTranslations } from 'next-intl';
import { later } from '../ui/later';
import { PaletteField, paletteBox, paletteField, paletteScrim } from './palette-field';

const PaletteDialog = later(async () => (await import('./palette-dialog')).PaletteDialog);

interface SearchProps {
  search: string;
  onSearch: (search: string) => void;
  onClose: () => void;
}

function FieldAlone({ search, onSearch, onClose }: SearchProps) {
  const t = useTranslations('palette');
  return (
    <>
      <div className={paletteScrim} onClick={onClose} />
      <div role="dialog" aria-modal aria-busy aria-label={t('label')} className={paletteBox}>
        <PaletteField>
          <input
            autoFocus
            role="combobox"
            aria-expanded={false}
            aria-label={t('label')}
            autoComplete="off"
            value={search}
            onChange={(event) => onSearch(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') onClose();
            }}
            placeholder={t('placeholder')}
            className={paletteField}
          />
        </PaletteField>
      </div>
    </>
  );
}

function OpenPalette({ onClose }: Pick<SearchProps, 'onClose'>) {
  const [search, setSearch] = useState('');
  const [cameFrom] = useState(() => document.activeElement);
  const searching: SearchProps = { search, onSearch: setSearch, onClose };
  return (
    <Suspense fallback={<FieldAlone {...searching} />}>
      <PaletteDialog {...searching} cameFrom={cameFrom} />
    </Suspense>
  );
}

export function CommandPalette({ open, onClose }: { open: boolean; onClose: () => void }) {
  return open ? <OpenPalette onClose={onClose} /> : null;
}
