'use client';

/**
 * The one chart over time. It owns no fetching: data, window and states come in. Lines are drawn by chart-lines; the axes' words come from
 * chart-domain, the interaction from chart-overlay, so that hovering never redraws a line. What changed is drawn in the chart's turn
 * (use-in-turn); what stands around it at once.
 *
 * Every state (loading, empty, error) has the height of the drawn one: nothing jumps.
 */
import { memo, type ReactNode, type Ref } from 'react';
import type { QuantityKind } from '../format/quantity';
import type { ChartSeries } from './chart-data';
import { useChartSummary } from './chart-summary';
import { useDrawing, type Drawing } from './chart-drawing';
import { ChartFrame, ChartHead, ChartMessage } from './chart-frame';
import { ChartLines } from './chart-lines';
import { ChartOverlay } from './chart-overlay';
import { EndLabels, Legend } from './chart-labels';
import { HEIGHT } from './chart-sizes';
import { useInTurn } from './use-in-turn';
import { useWidth } from './use-width';

export interface TimeChartProps {
  /** Of its figure, so that it can be told whether it is in view. */
  place: Ref<HTMLElement>;
  /** Out of view its place is kept, and nothing is drawn in it. */
  isDrawn: boolean;
  /** Paper does not wait for turns. */
  isPrinted: boolean;
  title: string;
  /** Of the title; h3 where the chart is one of a section's. */
  heading?: 'h2' | 'h3' | undefined;
  kind: QuantityKind;
  /** What is counted: "records". */
  noun?: string | undefined;
  series: readonly ChartSeries[];
  /** How many lines there are; more than `series` where only the first of them were asked for. */
  total?: number | undefined;
  resolutionMs: number;
  /** Where what the lines can say ends. */
  knownToMs: number;
  /** The lines are groups. */
  showsGroups: boolean;
  state: 'loading' | 'error' | 'ready';
  onRetry?: (() => void) | undefined;
  /** Said when there is nothing in the window. */
  empty?: string | undefined;
  /** What can be done about what the chart shows, beside its title. */
  action?: ReactNode;
}

/** Drawn again only for another drawing: not for what stands around it, nor for the pointer. */
const Picture = memo(function Picture({ of }: { of: Drawing }) {
  const { drawn, kind, currentFromMs, plot, axis, gutter } = of;
  return (
    <>
      <div aria-hidden>
        <ChartLines drawing={of} />
      </div>
      {of.endLabels ? (
        <EndLabels
          series={drawn}
          kind={kind}
          currentFromMs={currentFromMs}
          plot={plot}
          axis={axis}
          gutter={gutter}
        />
      ) : null}
      <ChartOverlay of={of} />
    </>
  );
});

export function TimeChart(props: TimeChartProps) {
  const [measure, width] = useWidth();
  const drawing = useDrawing(props, width);
  const { drawn, currentFromMs } = drawing;
  const summary = useChartSummary(props.kind, currentFromMs);
  const hasPoints = drawn.some((one) => one.points.some((point) => point[1] !== null));
  const ready = props.state === 'ready' && hasPoints;
  const isShown = ready && props.isDrawn && width > 0;
  const shown = useInTurn(isShown ? drawing : null, props.isPrinted);
  return (
    <ChartFrame place={props.place} label={ready ? summary(props.title, drawn) : props.title}>
      <ChartHead
        title={props.title}
        heading={props.heading}
        unit={ready ? `${props.noun ?? ''}${(shown ?? drawing).axis.unit}` : (props.noun ?? '')}
        shown={drawn.length}
        total={props.total ?? props.series.length}
        action={ready ? props.action : undefined}
      />
      <div ref={measure} className="relative" style={{ height: HEIGHT }}>
        {shown !== null ? (
          <Picture of={shown} />
        ) : width === 0 || (ready && !props.isDrawn) ? null : (
          <ChartMessage state={ready ? 'loading' : props.state} empty={props.empty} onRetry={props.onRetry} />
        )}
      </div>
      {ready && drawing.legend ? (
        <Legend series={drawn} kind={props.kind} currentFromMs={currentFromMs} />
      ) : null}
    </ChartFrame>
  );
}
