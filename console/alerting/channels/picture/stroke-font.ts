/**
 * The few signs that stand beside the axes of a chart, as strokes: a font file would be larger than everything else here, and
 * words are in the mail's text anyway. Pure. Height 10 from the top (0) to the base line (10); M and L as in SVG paths, C with
 * control points.
 */
import type { Point, Polyline } from './raster.ts';

type Glyph = readonly [width: number, path: string];

const CURVE_STEPS = 8;
const GAP = 2;
const BLANK = 3.2;

const n = 'M0 5.8C.6 4.3 1.6 3.5 2.7 3.5C4.2 3.5 4.8 4.4 4.8 5.9L4.8 10';
const glyphs: Readonly<Record<string, Glyph>> = {
  '0': [6, 'M3 0C5 0 6 2 6 5C6 8 5 10 3 10C1 10 0 8 0 5C0 2 1 0 3 0'],
  '1': [4, 'M.8 2L3.2 0L3.2 10'],
  '2': [6, 'M.2 2.8C.2 1 1.4 0 3 0C4.7 0 5.8 1.1 5.8 2.7C5.8 4.4 4.5 5.6 .1 10L6 10'],
  '3': [
    6,
    'M.4 1.9C.9 .7 1.9 0 3 0C4.6 0 5.6 1 5.6 2.4C5.6 3.9 4.5 4.7 2.4 4.7C4.7 4.7 6 5.7 6 7.3C6 9 4.7 10 3 10C1.6 10 .5 9.3 0 8',
  ],
  '4': [6.2, 'M4.6 10L4.6 0L0 7L6.2 7'],
  '5': [
    6,
    'M5.4 0L1.1 0L.6 4.6C1.3 3.9 2.1 3.7 2.9 3.7C4.8 3.7 6 4.9 6 6.8C6 8.7 4.8 10 2.9 10C1.6 10 .6 9.4 0 8.3',
  ],
  '6': [
    6,
    'M5.4 1.3C4.9 .5 4.1 0 3.2 0C1.2 0 0 2.2 0 5.6C0 8.4 1.1 10 3 10C4.8 10 6 8.7 6 6.9C6 5.1 4.8 3.9 3.1 3.9C1.6 3.9 .4 4.8 .1 6.2',
  ],
  '7': [6, 'M0 0L6 0L2.2 10'],
  '8': [
    6,
    'M3 4.6C1.4 4.6 .5 3.7 .5 2.4C.5 1 1.5 0 3 0C4.5 0 5.5 1 5.5 2.4C5.5 3.7 4.6 4.6 3 4.6C1.2 4.6 0 5.7 0 7.3C0 9 1.2 10 3 10C4.8 10 6 9 6 7.3C6 5.7 4.8 4.6 3 4.6',
  ],
  '9': [
    6,
    'M.6 8.7C1.1 9.5 1.9 10 2.8 10C4.8 10 6 7.8 6 4.4C6 1.6 4.9 0 3 0C1.2 0 0 1.3 0 3.1C0 4.9 1.2 6.1 2.9 6.1C4.4 6.1 5.6 5.2 5.9 3.8',
  ],
  '.': [0.8, 'M.4 10'],
  ',': [0.8, 'M.5 9.8L0 11.6'],
  ':': [0.8, 'M.4 4M.4 9.6'],
  '-': [4.4, 'M0 5.6L4.4 5.6'],
  '%': [
    8,
    'M1 10L7 0M1.7 0C2.8 0 3.4 .9 3.4 2.2C3.4 3.5 2.8 4.4 1.7 4.4C.6 4.4 0 3.5 0 2.2C0 .9 .6 0 1.7 0M6.3 5.6C7.4 5.6 8 6.5 8 7.8C8 9.1 7.4 10 6.3 10C5.2 10 4.6 9.1 4.6 7.8C4.6 6.5 5.2 5.6 6.3 5.6',
  ],
  k: [4.8, 'M0 0L0 10M4.5 3.7L0 7.5M1.7 6.1L4.8 10'],
  K: [6.2, 'M0 0L0 10M6 0L0 6M2.1 4L6.2 10'],
  M: [7.6, 'M0 10L0 0L3.8 6.5L7.6 0L7.6 10'],
  G: [6.9, 'M6.7 2.4C6 .8 5 0 3.6 0C1.4 0 0 2 0 5C0 8 1.4 10 3.6 10C5.6 10 6.9 8.6 6.9 5.6L3.9 5.6'],
  T: [7, 'M0 0L7 0M3.5 0L3.5 10'],
  P: [6.2, 'M0 10L0 0L3.4 0C5.2 0 6.2 1 6.2 2.7C6.2 4.5 5.2 5.5 3.4 5.5L0 5.5'],
  B: [
    6.4,
    'M0 4.8L3.4 4.8C5.4 4.8 6.4 5.8 6.4 7.4C6.4 9 5.4 10 3.6 10L0 10L0 0L3.2 0C4.9 0 5.8 .9 5.8 2.4C5.8 3.9 4.9 4.8 3.2 4.8',
  ],
  i: [0.8, 'M.4 3.6L.4 10M.4 .8'],
  s: [
    4.8,
    'M4.5 4.8C4.2 4 3.4 3.5 2.4 3.5C1.2 3.5 .3 4.1 .3 5.1C.3 7.2 4.8 6 4.8 8.2C4.8 9.4 3.8 10 2.5 10C1.3 10 .4 9.5 0 8.6',
  ],
  m: [
    8,
    'M0 3.5L0 10M0 5.6C.5 4.2 1.3 3.5 2.3 3.5C3.5 3.5 4 4.2 4 5.6L4 10M4 5.6C4.5 4.2 5.3 3.5 6.3 3.5C7.5 3.5 8 4.2 8 5.6L8 10',
  ],
  n: [4.8, `M0 3.5L0 10${n}`],
  h: [4.8, `M0 0L0 10${n}`],
  d: [
    4.9,
    'M4.9 0L4.9 10M4.9 6.7C4.9 4.7 4 3.5 2.5 3.5C1 3.5 0 4.7 0 6.7C0 8.8 1 10 2.5 10C4 10 4.9 8.8 4.9 6.7',
  ],
};

/** In the units of the font; a sign that there is no glyph for is a blank. */
export function textWidth(text: string): number {
  const widths = [...text].map((sign) => glyphs[sign]?.[0] ?? BLANK);
  return widths.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, widths.length - 1);
}

/** The strokes of a text whose base line begins at a point; `scale` is pixels a unit. */
export function textStrokes(text: string, [left, baseLine]: Point, scale: number): Polyline[] {
  const lines: Polyline[] = [];
  let x = left;
  for (const sign of text) {
    const [width, path] = glyphs[sign] ?? [BLANK, ''];
    for (const line of linesOf(path)) {
      lines.push(line.map(([px, py]): Point => [x + px * scale, baseLine + (py - 10) * scale]));
    }
    x += (width + GAP) * scale;
  }
  return lines;
}

function linesOf(path: string): Point[][] {
  const lines: Point[][] = [];
  for (const [, command = '', numbers = ''] of path.matchAll(/([MLC])([^MLC]*)/g)) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers.trim().split(/\s+/).map(Number);
    const line = lines.at(-1) ?? [];
    if (command === 'M') lines.push([[a, b]]);
    else if (command === 'L') line.push([a, b]);
    else line.push(...curve(line.at(-1) ?? [0, 0], [a, b], [c, d], [e, f]));
  }
  return lines;
}

function curve(from: Point, first: Point, second: Point, to: Point): Point[] {
  return Array.from({ length: CURVE_STEPS }, (_, index): Point => {
    const t = (index + 1) / CURVE_STEPS;
    const at = (axis: 0 | 1): number =>
      (1 - t) ** 3 * from[axis] +
      3 * (1 - t) ** 2 * t * first[axis] +
      3 * (1 - t) * t * t * second[axis] +
      t ** 3 * to[axis];
    return [at(0), at(1)];
  });
}
