/**
 * A picture of red, green and blue bytes with the little that a line chart needs: rectangles, smooth strokes, a tinted area.
 * Pure. Strokes have round ends; how much of a pixel a stroke covers is taken from the pixel's distance to it, and within one
 * stroke the largest cover counts, so that joints are not darker than the rest.
 */

export type Color = readonly [red: number, green: number, blue: number];
export type Point = readonly [x: number, y: number];
export type Polyline = readonly Point[];

export class Raster {
  readonly width: number;
  readonly height: number;
  /** Three bytes a pixel, row by row. */
  readonly pixels: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height * 3).fill(255);
  }

  /** Whole pixels; what lies outside is left out. */
  fillRect(left: number, top: number, width: number, height: number, color: Color): void {
    for (let y = Math.max(0, top); y < Math.min(this.height, top + height); y++) {
      for (let x = Math.max(0, left); x < Math.min(this.width, left + width); x++)
        this.#blend(x, y, color, 1);
    }
  }

  /** All lines as one stroke; a line of one point is a dot. */
  stroke(lines: readonly Polyline[], radius: number, color: Color): void {
    const cover = new Float32Array(this.width * this.height);
    const rows = lines.flatMap((line) => line.map(([, y]) => y));
    const top = Math.max(0, Math.floor(Math.min(...rows) - radius - 1));
    const bottom = Math.min(this.height, Math.ceil(Math.max(...rows) + radius + 1));
    for (const line of lines) {
      const [first] = line;
      if (line.length === 1 && first !== undefined) this.#cover(cover, first, first, radius);
      for (let index = 1; index < line.length; index++) {
        const [from, to] = [line[index - 1], line[index]];
        if (from !== undefined && to !== undefined) this.#cover(cover, from, to, radius);
      }
    }
    for (let y = top; y < bottom; y++) {
      for (let x = 0; x < this.width; x++) {
        const share = cover[y * this.width + x] ?? 0;
        if (share > 0) this.#blend(x, y, color, share);
      }
    }
  }

  /** Tints what lies between a line, which goes to the right, and a base below it. */
  fillBelow(line: Polyline, base: number, color: Color, opacity: number): void {
    for (let index = 1; index < line.length; index++) {
      const [from, to] = [line[index - 1], line[index]];
      if (from === undefined || to === undefined || to[0] <= from[0]) continue;
      for (let x = Math.ceil(from[0] - 0.5); x + 0.5 < to[0]; x++) {
        const y = from[1] + ((to[1] - from[1]) * (x + 0.5 - from[0])) / (to[0] - from[0]);
        this.#fillColumn(x, Math.min(y, base), Math.max(y, base), color, opacity);
      }
    }
  }

  #fillColumn(x: number, top: number, bottom: number, color: Color, opacity: number): void {
    for (let y = Math.max(0, Math.floor(top)); y < Math.min(this.height, bottom); y++) {
      const share = Math.min(y + 1, bottom) - Math.max(y, top);
      if (x >= 0 && x < this.width && share > 0) this.#blend(x, y, color, share * opacity);
    }
  }

  #cover(cover: Float32Array, [ax, ay]: Point, [bx, by]: Point, radius: number): void {
    const reach = radius + 1;
    const [dx, dy] = [bx - ax, by - ay];
    const squared = dx * dx + dy * dy;
    const [left, right] = [Math.floor(Math.min(ax, bx) - reach), Math.ceil(Math.max(ax, bx) + reach)];
    const [top, bottom] = [Math.floor(Math.min(ay, by) - reach), Math.ceil(Math.max(ay, by) + reach)];
    for (let y = Math.max(0, top); y < Math.min(this.height, bottom); y++) {
      for (let x = Math.max(0, left); x < Math.min(this.width, right); x++) {
        const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
        const along = squared === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / squared));
        const share = radius + 0.5 - Math.sqrt((px - along * dx) ** 2 + (py - along * dy) ** 2);
        const index = y * this.width + x;
        if (share > (cover[index] ?? 0)) cover[index] = Math.min(1, share);
      }
    }
  }

  #blend(x: number, y: number, color: Color, share: number): void {
    const at = (y * this.width + x) * 3;
    for (let channel = 0; channel < 3; channel++) {
      const before = this.pixels[at + channel] ?? 0;
      this.pixels[at + channel] = before + ((color[channel] ?? 0) - before) * share + 0.5;
    }
  }
}
