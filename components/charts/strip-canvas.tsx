'use client';

/**
 * The cells of a partition strip on a canvas, because ten thousand elements would be slow. Drawn anew when cells, width or the colours
 * of the mode change; pointing and keys are handled above it, without drawing.
 */
import { useEffect, useRef } from 'react';
import { useTheme } from 'next-themes';
import { cellPlace, type StripLayout } from './strip-layout';
import type { CellLook } from './strip-looks';
import { filledSide } from './strip-sizes';

const HATCH_STEP = 4;

interface StripCanvasProps {
  looks: readonly CellLook[];
  layout: StripLayout;
  width: number;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

function draw(canvas: HTMLCanvasElement, { looks, layout, width }: StripCanvasProps): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(layout.height * ratio);
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const colours = new Map<string, string>();
  const colourOf = (token: string): string => {
    const colour = colours.get(token) ?? style.getPropertyValue(token).trim();
    colours.set(token, colour);
    return colour;
  };
  looks.forEach((look, index) => {
    const cell = { ...cellPlace(layout, index), side: layout.cell };
    if (look.token === null) return hatched(context, cell, colourOf('--n8'));
    if (look.area !== undefined) ground(context, cell, colourOf('--n5'));
    const box = look.area === undefined ? cell : middleOf(cell, filledSide(cell.side, look.area));
    context.globalAlpha = look.share;
    context.fillStyle = colourOf(look.token);
    context.fillRect(box.x, box.y, box.side, box.side);
    context.globalAlpha = 1;
    if (look.shape === 'cut-corner') cutCorner(context, box);
    if (look.shape === 'cross-cut') crossCut(context, box);
  });
}

function ground(context: CanvasRenderingContext2D, { x, y, side }: Box, colour: string): void {
  context.fillStyle = colour;
  context.fillRect(x, y, side, side);
}

const middleOf = ({ x, y, side }: Box, filled: number): Box => ({
  x: x + (side - filled) / 2,
  y: y + (side - filled) / 2,
  side: filled,
});

function cutCorner(context: CanvasRenderingContext2D, { x, y, side }: Box): void {
  context.save();
  context.globalCompositeOperation = 'destination-out';
  context.beginPath();
  context.moveTo(x + side, y + side * 0.5);
  context.lineTo(x + side, y + side);
  context.lineTo(x + side * 0.5, y + side);
  context.fill();
  context.restore();
}

/** From above and from below, with a bridge between. */
function crossCut(context: CanvasRenderingContext2D, { x, y, side }: Box): void {
  const [gap, depth] = [Math.max(1, side * 0.16), side * 0.42];
  context.clearRect(x + (side - gap) / 2, y, gap, depth);
  context.clearRect(x + (side - gap) / 2, y + side - depth, gap, depth);
}

function hatched(context: CanvasRenderingContext2D, { x, y, side }: Box, colour: string): void {
  context.save();
  context.beginPath();
  context.rect(x, y, side, side);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
  context.beginPath();
  for (let at = x - side; at < x + side; at += HATCH_STEP) {
    context.moveTo(at, y);
    context.lineTo(at + side, y + side);
  }
  context.stroke();
  context.restore();
}

export function StripCanvas({ looks, layout, width }: StripCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { resolvedTheme } = useTheme();
  useEffect(() => {
    if (canvas.current !== null) draw(canvas.current, { looks, layout, width });
  }, [looks, layout, width, resolvedTheme]);
  return (
    <canvas ref={canvas} aria-hidden style={{ width, height: layout.height }} className="absolute inset-0" />
  );
}
