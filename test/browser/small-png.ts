import { crc32, deflateSync, inflateSync } from 'node:zlib';

/*
 * A screenshot with a palette, a third of the size: browsers write PNGs in a hurry. Made for pages of text, which have few
 * colours (https://www.w3.org/TR/png-3/).
 */

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MOST_COLORS = 256;
/** How coarse colours may become until there are few enough. */
const STEPS = [1, 4, 8, 16, 32];
const EXACT_COLORS = 24;

interface Pixels {
  width: number;
  height: number;
  /** 0xRRGGBB, row by row. */
  colors: Uint32Array;
}

/** @param png as Chromium writes it: eight bits a channel, with or without transparency (which is dropped) */
export function smallPng(png: Buffer): Buffer {
  const { width, height, colors } = decode(png);
  for (const step of STEPS) {
    const indices = new Map(commonest(colors).map((color, index) => [color, index]));
    const rows = Buffer.alloc((width + 1) * height);
    for (const [i, exact] of colors.entries()) {
      const color = indices.has(exact) ? exact : rounded(exact, step);
      const index = indices.get(color) ?? indices.size;
      if (index === MOST_COLORS) break;
      indices.set(color, index);
      rows[i + Math.floor(i / width) + 1] = index;
    }
    if (indices.size < MOST_COLORS) return encode({ width, height }, [...indices.keys()], rows);
  }
  throw new Error('too many colours');
}

/** What large areas have: these stay as they are. */
function commonest(colors: Uint32Array): number[] {
  const counts = new Map<number, number>();
  for (const color of colors) counts.set(color, (counts.get(color) ?? 0) + 1);
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, EXACT_COLORS)
    .map(([color]) => color);
}

function rounded(color: number, step: number): number {
  const [red = 0, green = 0, blue = 0] = [color >> 16, (color >> 8) & 255, color & 255].map((value) =>
    Math.min(Math.round(value / step) * step, 255),
  );
  return (red << 16) | (green << 8) | blue;
}

function decode(png: Buffer): Pixels {
  const data: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const [width, height, channels] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25] === 6 ? 4 : 3];
  const filtered = inflateSync(Buffer.concat(data));
  const stride = width * channels;
  const raw = new Uint8Array(stride * height);
  const colors = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    const filter = filtered[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x < channels ? 0 : (raw[at - channels] ?? 0);
      const up = y === 0 ? 0 : (raw[at - stride] ?? 0);
      const corner = x < channels || y === 0 ? 0 : (raw[at - stride - channels] ?? 0);
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      raw[at] = (filtered[y * (stride + 1) + 1 + x] ?? 0) + guess;
    }
  }
  for (const i of colors.keys()) {
    const [red = 0, green = 0, blue = 0] = raw.subarray(i * channels);
    colors[i] = (red << 16) | (green << 8) | blue;
  }
  return { width, height, colors };
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

function encode(size: Pick<Pixels, 'width' | 'height'>, colors: readonly number[], rows: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size.width, 0);
  header.writeUInt32BE(size.height, 4);
  // Eight bits, by palette.
  header.set([8, 3, 0, 0, 0], 8);
  const palette = Buffer.from(colors.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]));
  const chunks = [chunk('IHDR', header), chunk('PLTE', palette), chunk('IDAT', deflateSync(rows, { level: 9 }))];
  return Buffer.concat([SIGNATURE, ...chunks, chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
