'use client';

/**
 * Partitions as small cells, one each, by state, size or lag. One picture on a canvas with one stop for the keyboard: arrows move from
 * cell to cell and say each, Enter opens it, as hovering and clicking do. The same partitions stand in a table with real links.
 */
import { useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { StripCanvas } from './strip-canvas';
import { cellAfterKey, cellAt, cellPlace, stripLayout, type StripLayout } from './strip-layout';
import type { CellLook } from './strip-looks';
import { useWidth } from './use-width';

const TIP_MAX = 384;

export interface StripCell {
  readonly key: string;
  readonly look: CellLook;
  /** Words of the tooltip and for screen readers: "orders 3 · leader 1 · ISR 1, 2". */
  readonly title: string;
  readonly href?: string | undefined;
}

interface PartitionStripProps {
  label: string;
  cells: readonly StripCell[];
}

export function PartitionStrip({ label, cells }: PartitionStripProps) {
  const [ref, width] = useWidth();
  const looks = useMemo(() => cells.map(({ look }) => look), [cells]);
  const layout = useMemo(() => stripLayout(cells.length, width), [cells.length, width]);
  return (
    // Before the width is known there is nothing below that could jump by more than this.
    <div ref={ref} className="relative" style={{ height: width === 0 ? 16 : layout.height }}>
      {width === 0 ? null : (
        <>
          <StripCanvas looks={looks} layout={layout} width={width} />
          <StripPointing label={label} cells={cells} layout={layout} width={width} />
        </>
      )}
    </div>
  );
}

interface PointingProps extends PartitionStripProps {
  layout: StripLayout;
  width: number;
}

function StripPointing({ label, cells, layout, width }: PointingProps) {
  const t = useTranslations('strip');
  const router = useRouter();
  const [chosen, setPlace] = useState<number | null>(null);
  const opens = useRef(true);
  // The topic may have lost partitions, or the group topics, since then.
  const place = chosen === null ? null : Math.min(chosen, cells.length - 1);
  const current = place === null ? undefined : cells[place];
  const leave = (): void => setPlace(null);
  const hitBy = (event: PointerEvent<HTMLDivElement>): number | null => {
    const box = event.currentTarget.getBoundingClientRect();
    return cellAt(layout, event.clientX - box.left, event.clientY - box.top);
  };
  /** A finger cannot hover: its first touch tells, its second one opens. */
  const onDown = (event: PointerEvent<HTMLDivElement>): void => {
    const hit = hitBy(event);
    opens.current = event.pointerType !== 'touch' || hit === place;
    setPlace(hit);
  };
  const open = (): void => {
    if (current?.href !== undefined) router.push(current.href);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') return leave();
    if (event.key === 'Enter') return open();
    const next = cellAfterKey(layout, place, event.key);
    if (next === null) return;
    event.preventDefault();
    setPlace(next);
  };
  return (
    <>
      {place === null || current === undefined ? null : (
        <CellMark layout={layout} width={width} place={place} title={current.title} />
      )}
      <div
        role="slider"
        tabIndex={0}
        aria-label={t('keys', { label })}
        aria-valuemin={1}
        aria-valuemax={Math.max(1, cells.length)}
        aria-valuenow={place === null ? 1 : place + 1}
        aria-valuetext={current?.title ?? t('start')}
        style={{ width: Math.min(layout.count, layout.columns) * layout.step - (layout.step - layout.cell) }}
        className={`absolute inset-y-0 left-0 rounded-xs ${current?.href === undefined ? '' : 'cursor-pointer'}`}
        onPointerMove={(event) => setPlace(hitBy(event))}
        onPointerDown={onDown}
        onPointerLeave={(event) => {
          if (event.pointerType !== 'touch') leave();
        }}
        onBlur={leave}
        onKeyDown={onKey}
        onClick={() => {
          if (opens.current) open();
        }}
      />
    </>
  );
}

interface CellMarkProps {
  layout: StripLayout;
  width: number;
  place: number;
  title: string;
}

/** The chosen cell in a frame, and its words beside it. */
function CellMark({ layout, width, place, title }: CellMarkProps) {
  const { x, y } = cellPlace(layout, place);
  const { cell } = layout;
  const isRight = x > width / 2;
  const room = isRight ? x + cell : width - x;
  return (
    <>
      <span
        aria-hidden
        style={{ left: x - 2, top: y - 2, width: cell + 4, height: cell + 4 }}
        className="pointer-events-none absolute rounded-xs border-2 border-ink"
      />
      <p
        aria-hidden
        style={{
          top: y + cell + 6,
          maxWidth: Math.min(TIP_MAX, room),
          ...(isRight ? { right: width - x - cell } : { left: x }),
        }}
        className="pointer-events-none absolute z-20 w-max rounded-md bg-raised px-2.5 py-1.5 text-xs break-words text-soft shadow-float tnum"
      >
        {title}
      </p>
    </>
  );
}
