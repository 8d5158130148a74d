/**
 * The course of a value as a picture: axes, the line with a tint below it, a dashed line at the threshold. Pure. Where nothing
 * was measured there is nothing: the line ends, and begins again. Light, because mail programs show pictures as they are; drawn
 * at twice the size at which it is shown.
 */
import type { NoticeChart } from '../../notice.ts';
import { timeTicks, valueTicks } from './chart-scale.ts';
import { Raster, type Color, type Point, type Polyline } from './raster.ts';
import { textStrokes, textWidth } from './stroke-font.ts';

export interface ChartSize {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

const lineColor: Color = [0x36, 0x6b, 0xd3];
const thresholdColor: Color = [0xcc, 0x27, 0x2e];
const gridColor: Color = [0xe9, 0xeb, 0xf0];
const axisColor: Color = [0xb6, 0xbb, 0xc4];
const textColor: Color = [0x59, 0x5f, 0x6b];

const FONT_SCALE = 1.6;
const TEXT_HEIGHT = 10 * FONT_SCALE;
const TEXT_RADIUS = 0.95;
const LINE_RADIUS = 2;
const PADDING = 20;
const DASH = 14;

interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (ms: number) => number;
  readonly y: (value: number) => number;
}

/** The chart has at least one point that is not null. */
export function drawLineChart(chart: NoticeChart, threshold: number | null, size: ChartSize): Raster {
  const raster = new Raster(size.width, size.height);
  const values = chart.points.flatMap(([, value]) => (value === null ? [] : [value]));
  const bounds = [0, ...values, ...(threshold === null ? [] : [threshold])];
  const ticks = valueTicks(Math.min(...bounds), Math.max(...bounds), chart.unit);
  const frame = frameOf(chart, ticks, size);
  const labels: Polyline[] = [];
  for (const { at, label } of ticks) {
    const y = Math.round(frame.y(at));
    raster.fillRect(frame.left, y - 1, frame.right - frame.left, 2, at === 0 ? axisColor : gridColor);
    const left = frame.left - PADDING / 2 - textWidth(label) * FONT_SCALE;
    labels.push(...textStrokes(label, [left, y + TEXT_HEIGHT / 2], FONT_SCALE));
  }
  drawTimeAxis(raster, chart, frame, labels);
  const lines = unbrokenLines(chart).map((line) =>
    line.map(([ms, value]): Point => [frame.x(ms), frame.y(value)]),
  );
  for (const line of lines) raster.fillBelow(line, frame.y(0), lineColor, 0.13);
  if (threshold !== null) raster.stroke(dashes(frame, frame.y(threshold)), 1.5, thresholdColor);
  raster.stroke(lines, LINE_RADIUS, lineColor);
  const dots = lines.filter((line) => line.length === 1);
  if (dots.length > 0) raster.stroke(dots, LINE_RADIUS * 2, lineColor);
  raster.stroke(labels, TEXT_RADIUS, textColor);
  return raster;
}

function drawTimeAxis(raster: Raster, chart: NoticeChart, frame: Frame, labels: Polyline[]): void {
  const [fromMs, toMs] = timeRange(chart);
  for (const { at, label } of timeTicks(fromMs, toMs)) {
    const x = Math.round(frame.x(at));
    const width = textWidth(label) * FONT_SCALE;
    const left = Math.min(Math.max(x - width / 2, PADDING / 2), raster.width - PADDING / 2 - width);
    raster.fillRect(x - 1, frame.bottom, 2, 7, axisColor);
    labels.push(...textStrokes(label, [left, frame.bottom + PADDING * 0.8 + TEXT_HEIGHT], FONT_SCALE));
  }
}

function frameOf(
  chart: NoticeChart,
  ticks: readonly { at: number; label: string }[],
  size: ChartSize,
): Frame {
  const widest = Math.max(...ticks.map(({ label }) => textWidth(label))) * FONT_SCALE;
  const left = Math.ceil(PADDING + widest + PADDING / 2);
  const [right, top] = [size.width - PADDING * 1.5, PADDING + TEXT_HEIGHT / 2];
  const bottom = size.height - PADDING * 1.6 - TEXT_HEIGHT;
  const [fromMs, toMs] = timeRange(chart);
  const [low, high] = [ticks[0]?.at ?? 0, ticks.at(-1)?.at ?? 1];
  return {
    ...{ left, right, top, bottom },
    x: (ms) =>
      toMs === fromMs ? (left + right) / 2 : left + ((right - left) * (ms - fromMs)) / (toMs - fromMs),
    y: (value) => bottom - ((bottom - top) * (value - low)) / (high - low || 1),
  };
}

function timeRange({ points }: NoticeChart): [number, number] {
  return [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0];
}

/** The course between its gaps. */
function unbrokenLines({ points }: NoticeChart): [number, number][][] {
  const lines: [number, number][][] = [[]];
  for (const [ms, value] of points) {
    if (value === null) lines.push([]);
    else lines.at(-1)?.push([ms, value]);
  }
  return lines.filter((line) => line.length > 0);
}

function dashes({ left, right }: Frame, y: number): Polyline[] {
  const lines: Polyline[] = [];
  for (let x = left; x < right; x += DASH * 2) {
    lines.push([
      [x, y],
      [Math.min(x + DASH, right), y],
    ]);
  }
  return lines;
}
