/** The picture in a mail: what is where in it, and that it is a PNG. */
import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { NoticeChart } from '../../notice.ts';
import { chartOf } from '../../testing/notices.ts';
import { timeTicks, valueTicks } from './chart-scale.ts';
import { drawLineChart } from './line-chart.ts';
import { encodePng } from './png.ts';
import { Raster } from './raster.ts';
import { textStrokes, textWidth } from './stroke-font.ts';

const size = { width: 400, height: 200 };
const isBlue = (red = 0, _green = 0, blue = 0): boolean => blue > red + 60;
const isRed = (red = 0, green = 0): boolean => red > green + 60;

/** For each column whether it has a pixel that `wanted` takes. */
function columns(
  raster: Raster,
  wanted: (red?: number, green?: number, blue?: number) => boolean,
): boolean[] {
  return Array.from({ length: raster.width }, (_, x) =>
    Array.from({ length: raster.height }, (__, y) => {
      const at = (y * raster.width + x) * 3;
      return wanted(...raster.pixels.subarray(at, at + 3));
    }).includes(true),
  );
}

const chart = (values: readonly (number | null)[], unit = 'records'): NoticeChart => ({
  points: values.map((value, index) => [Date.UTC(2026, 0, 5) + index * 60_000, value]),
  unit,
});

describe('a line', () => {
  it('has its gaps as gaps, and a lonely point as a dot', () => {
    const blue = columns(
      drawLineChart(chart([1, 2, 3, null, null, null, 4, null, null, null, 5, 6]), null, size),
      isBlue,
    );
    const runs = blue
      .map((is) => (is ? 'x' : ' '))
      .join('')
      .trim()
      .split(/ {8,}/);
    expect(runs).toHaveLength(3);
    expect(runs[1]?.length).toBeLessThan(12);
  });

  it('goes up where the value does', () => {
    const raster = drawLineChart(chart([0, 100]), null, size);
    const highest = (x: number): number =>
      Array.from({ length: raster.height }, (_, y) => y).find((y) => {
        const at = (y * raster.width + x) * 3;
        return isBlue(...raster.pixels.subarray(at, at + 3));
      }) ?? Infinity;
    expect(highest(350)).toBeLessThan(highest(200));
    expect(highest(200)).toBeLessThan(highest(100));
  });

  it.each([[[0]], [[5]], [[0, 0, 0]], [[-5, -5]], [[1e15, 1]], [[0.001, 0.002]], [[null, 1, null]]])(
    'of %j can be drawn',
    (values) => {
      for (const unit of ['records', 'bytes', 'seconds', 'percent', '']) {
        expect(columns(drawLineChart(chart(values, unit), null, size), isBlue)).toContain(true);
      }
    },
  );
});

it('a threshold is dashed, and inside even when all values are below it', () => {
  const red = columns(drawLineChart(chart([1, 2]), 1_000, size), isRed)
    .map((is) => (is ? 'x' : ' '))
    .join('')
    .trim();
  expect(red.split(/ {4,}/).length).toBeGreaterThan(5);
  expect(columns(drawLineChart(chart([1, 2]), null, size), isRed)).not.toContain(true);
});

it('is a PNG that says its size, with checks that fit', async () => {
  const raster = drawLineChart(chartOf(), 1_000, size);
  const png = await encodePng(raster, 192);
  expect(png.subarray(0, 8).toString('latin1')).toBe('\u0089PNG\r\n\u001a\n');
  const chunks: [string, Buffer][] = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    chunks.push([body.toString('latin1', 0, 4), body.subarray(4)]);
    at += 12 + length;
  }
  expect(chunks.map(([type]) => type)).toEqual(['IHDR', 'pHYs', 'IDAT', 'IEND']);
  const header = chunks[0]?.[1] ?? Buffer.alloc(13);
  expect([header.readUInt32BE(0), header.readUInt32BE(4), header[8], header[9]]).toEqual([400, 200, 8, 2]);
  const rows = inflateSync(chunks[2]?.[1] ?? Buffer.alloc(0));
  for (let y = 0; y < 200; y++) {
    const row = rows.subarray(y * 1_201, (y + 1) * 1_201);
    expect(row[0]).toBe(0);
    expect(row.subarray(1).equals(raster.pixels.subarray(y * 1_200, (y + 1) * 1_200))).toBe(true);
  }
});

describe('the marks of an axis', () => {
  it.each([
    [0, 11_000, 'records', ['0', '5k', '10k', '15k']],
    [0, 3, 'records', ['0', '1', '2', '3']],
    [0, 0, 'records', ['0', '1']],
    [-1_500, 4_000, 'records', ['-2k', '0', '2k', '4k']],
    [0, 9.7e9, 'bytes', ['0', '2.5 GiB', '5 GiB', '7.5 GiB', '10 GiB']],
    [0, 90, 'seconds', ['0', '25 s', '50 s', '75 s', '100 s']],
    [0, 5_600, 'seconds', ['0', '25 min', '50 min', '75 min', '100 min']],
    [0, 91, 'percent', ['0', '25%', '50%', '75%', '100%']],
    [0, 2_500_000, 'records/s', ['0', '1M', '2M', '3M']],
  ])('from %d to %d %s are round', (min, max, unit, labels) => {
    expect(valueTicks(min, max, unit).map(({ label }) => label)).toEqual(labels);
  });

  it('are round times in UTC, dates over days, and never many', () => {
    const start = Date.UTC(2026, 0, 5, 9, 51, 7);
    expect(timeTicks(start, start + 30 * 60_000).map(({ label }) => label)).toEqual([
      ...['09:55', '10:00', '10:05', '10:10', '10:15', '10:20'],
    ]);
    expect(timeTicks(start, start + 5 * 86_400_000).map(({ label }) => label)).toEqual([
      ...['01-06', '01-07', '01-08', '01-09', '01-10'],
    ]);
    for (let range = 1; range < 1e12; range *= 3)
      expect(timeTicks(start, start + range).length).toBeLessThan(8);
  });

  it('have a glyph for every sign that can stand there', () => {
    const labels = ['records', 'bytes', 'seconds', 'percent'].flatMap((unit) =>
      [1, 100, 1e4, 1e5, 1e7, 1e10, 1e13, 1e16].flatMap((max) => valueTicks(-max, max, unit)),
    );
    const signs = new Set(labels.flatMap(({ label }) => [...label]).filter((sign) => sign !== ' '));
    for (const sign of signs) expect(textStrokes(sign, [0, 10], 1), sign).not.toEqual([]);
    expect(textWidth('10')).toBeGreaterThan(textWidth('1'));
  });
});

it('leaves out what lies outside of the picture', () => {
  const raster = new Raster(4, 4);
  raster.stroke(
    [
      [[-100, -100]],
      [
        [50, 2],
        [60, 2],
      ],
    ],
    1,
    [0, 0, 0],
  );
  raster.fillRect(-5, -5, 3, 3, [0, 0, 0]);
  raster.fillBelow(
    [
      [-9, 9],
      [-5, 1],
    ],
    9,
    [0, 0, 0],
    1,
  );
  expect(raster.pixels.every((byte) => byte === 255)).toBe(true);
});
