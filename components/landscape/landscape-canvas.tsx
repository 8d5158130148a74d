'use client';

/**
 * The picture itself: rows of cells on a canvas, because ten thousand elements would be slow. It is drawn anew when data, width
 * or the colours of the mode change; pointing and keys are handled above it, without drawing.
 */
import { useEffect, useRef } from 'react';
import { useTheme } from 'next-themes';
import { cellsOf, type LandscapeRow, type LandscapeUnit } from './landscape-rows';

export const ROW_PX = 18;
const CELL_PX = 16;

/** The look of each level: a token and how much of it. The legend has the same ones. */
export const levelLooks: readonly { readonly token: string; readonly share: number }[] = [
  { token: '--ok-mark', share: 0.3 },
  { token: '--warn-mark', share: 0.3 },
  { token: '--warn-mark', share: 0.6 },
  { token: '--warn-mark', share: 1 },
  { token: '--bad-mark', share: 0.7 },
  { token: '--bad-mark', share: 1 },
];

interface LandscapeCanvasProps {
  rows: readonly LandscapeRow[];
  unit: LandscapeUnit;
  fromMs: number;
  toMs: number;
  /** What is known ends here. */
  knownToMs: number;
  resolutionMs: number;
  width: number;
}

function draw(canvas: HTMLCanvasElement, props: LandscapeCanvasProps): void {
  const { rows, unit, fromMs, toMs, knownToMs, resolutionMs, width } = props;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(rows.length * ROW_PX * ratio);
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const colourOf = (token: string): string => style.getPropertyValue(token).trim();
  const [sheet, track, hatch] = [colourOf('--n1'), colourOf('--n2'), colourOf('--n6')];
  const colours = levelLooks.map(({ token, share }) => ({ colour: colourOf(token), share }));
  const xOf = (atMs: number): number => Math.round(((atMs - fromMs) / (toMs - fromMs)) * width);
  const knownX = Math.min(width, xOf(knownToMs));
  rows.forEach((row, index) => {
    const top = index * ROW_PX + (ROW_PX - CELL_PX) / 2;
    // Where a row has nothing yet one sees that it is a row.
    context.fillStyle = track;
    context.fillRect(0, top, width, CELL_PX);
    if (row.firstMs !== null) {
      const firstX = Math.max(0, xOf(row.firstMs));
      hatched(context, { x: firstX, y: top, width: knownX - firstX, height: CELL_PX }, hatch);
    }
    for (const { x, width: cell, level } of cellsOf(row.points, unit, {
      fromMs,
      toMs,
      width,
      resolutionMs,
    })) {
      const look = colours[level];
      context.globalAlpha = 1;
      context.fillStyle = sheet;
      context.fillRect(x, top, cell, CELL_PX);
      context.globalAlpha = look?.share ?? 1;
      context.fillStyle = look?.colour ?? sheet;
      context.fillRect(x, top, cell, CELL_PX);
    }
    context.globalAlpha = 1;
  });
}

/** The pattern of what is not known, as in charts. */
function hatched(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  colour: string,
): void {
  if (width <= 0) return;
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = x - height; at < x + width; at += 6) {
    context.moveTo(at, y);
    context.lineTo(at + height, y + height);
  }
  context.stroke();
  context.restore();
}

export function LandscapeCanvas(props: LandscapeCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { resolvedTheme } = useTheme();
  const { rows, unit, fromMs, toMs, knownToMs, resolutionMs, width } = props;
  useEffect(() => {
    if (canvas.current === null) return;
    draw(canvas.current, { rows, unit, fromMs, toMs, knownToMs, resolutionMs, width });
  }, [rows, unit, fromMs, toMs, knownToMs, resolutionMs, width, resolvedTheme]);
  return (
    <canvas
      ref={canvas}
      aria-hidden
      style={{ width, height: rows.length * ROW_PX }}
      className="absolute inset-0"
    />
  );
}
