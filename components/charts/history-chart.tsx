'use client';

/** A chart over time of one or two history series: asks, names the lines, gives them their hues, shows the states. */
import { useMemo, type ReactNode } from 'react';
import type { History, HistorySeriesData } from '../../console/contracts/history';
import type { HistoryAsk } from '../data/use-history';
import type { QuantityKind } from '../format/quantity';
import { largest, MOST_SERIES, type ChartSeries } from './chart-data';
import { huesOf, seriesColour } from './series-colour';
import { sumLines } from './sum-lines';
import { TimeChart } from './time-chart';
import { useNearHistories } from './use-near-histories';

export interface LineWords {
  readonly label: string;
  /** A hue of one's own (a broker's); without it the name decides. */
  readonly hue?: number | undefined;
  readonly href?: string | undefined;
}

interface HistoryChartProps {
  title: string;
  heading?: 'h2' | 'h3' | undefined;
  kind: QuantityKind;
  noun?: string | undefined;
  asks: readonly HistoryAsk[];
  /** Names a line; null leaves it out. Has to be stable between renders. */
  nameLine: (ask: HistoryAsk, labels: Readonly<Record<string, string>>) => LineWords | null;
  empty?: string | undefined;
  /** All lines as one, of this name. */
  sumOf?: string | undefined;
  /** How many lines there are, where `asks` name the largest of them. */
  total?: number | undefined;
  /** What can be done about what the chart shows, given its lines. */
  action?: ((series: readonly ChartSeries[]) => ReactNode) | undefined;
}

interface Named {
  readonly words: LineWords;
  readonly key: string;
  readonly points: HistorySeriesData['points'];
}

/** Lines that there are, but that the answer does not hold. */
const linesLeftOut = (history: History | undefined): number =>
  history === undefined ? 0 : Math.max(0, history.total - history.series.length);

export function HistoryChart({
  title,
  heading,
  kind,
  noun,
  asks,
  nameLine,
  sumOf,
  empty,
  total,
  action,
}: HistoryChartProps) {
  const { place, isDrawn, isPrinted, histories, knownToMs, resolutionMs, state, retry } =
    useNearHistories(asks);
  const series = useMemo<ChartSeries[]>(() => {
    const named: Named[] = histories.flatMap((history, index) => {
      const ask = asks[index];
      if (history === undefined || ask === undefined) return [];
      return history.series.flatMap(({ labels, points }) => {
        const words = nameLine(ask, labels);
        return words === null ? [] : [{ words, key: `${ask.series} ${JSON.stringify(labels)}`, points }];
      });
    });
    if (sumOf !== undefined && named.length > 0) {
      const points = sumLines(named.map((line) => line.points));
      return [{ key: 'sum', label: sumOf, colour: seriesColour(0), points }];
    }
    const lines = named.map(({ words, key, points }) => ({
      ...{ key, label: words.label, hue: words.hue, points, href: words.href },
      colour: '',
    }));
    // Hues are told apart among the lines that are drawn; there may be two hundred.
    const hues = huesOf(largest(lines, MOST_SERIES).map(({ label }) => label));
    return lines.map(({ hue, ...line }) => ({
      ...line,
      colour: seriesColour(hue ?? hues.get(line.label) ?? 0),
    }));
  }, [asks, nameLine, sumOf, histories]);
  return (
    <TimeChart
      place={place}
      isDrawn={isDrawn}
      isPrinted={isPrinted}
      title={title}
      heading={heading}
      kind={kind}
      noun={noun}
      series={series}
      total={total ?? series.length + Math.max(0, ...histories.map(linesLeftOut))}
      resolutionMs={resolutionMs}
      knownToMs={knownToMs}
      showsGroups={asks.some((ask) => ask.series.startsWith('group.'))}
      state={state}
      onRetry={retry}
      empty={empty}
      action={action?.(series)}
    />
  );
}
