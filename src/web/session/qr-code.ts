/**
 * QR code (ISO/IEC 18004) of a short text: bytes, level L, versions 1 to 9, mask 0. Readers take any mask; the best one
 * only helps where the light is bad, and an address fills a screen.
 */

/** Level L: codewords of correction and of data in each block, number of blocks, places of the alignment patterns. */
const versions: readonly { correction: number; data: number; blocks: number; align: readonly number[] }[] = [
  { correction: 7, data: 19, blocks: 1, align: [] },
  { correction: 10, data: 34, blocks: 1, align: [6, 18] },
  { correction: 15, data: 55, blocks: 1, align: [6, 22] },
  { correction: 20, data: 80, blocks: 1, align: [6, 26] },
  { correction: 26, data: 108, blocks: 1, align: [6, 30] },
  { correction: 18, data: 68, blocks: 2, align: [6, 34] },
  { correction: 20, data: 78, blocks: 2, align: [6, 22, 38] },
  { correction: 24, data: 97, blocks: 2, align: [6, 24, 42] },
  { correction: 30, data: 116, blocks: 2, align: [6, 26, 46] },
];

/** Level L with mask 0, with its own correction. */
const formatBits = 0b111011111000100;

type Cell = boolean | null;

/** Rows of dark (true) and light squares, without the quiet zone; null for a text that is too long. */
export function qrCode(text: string): boolean[][] | null {
  const bytes = [...new TextEncoder().encode(text)];
  const at = versions.findIndex(({ data, blocks }) => bytes.length + 2 <= data * blocks);
  const version = versions[at];
  if (!version) return null;
  const size = 21 + at * 4;
  const cells: Cell[][] = Array.from({ length: size }, () => Array<Cell>(size).fill(null));
  drawPatterns(cells, version.align, at + 1);
  drawData(cells, codewords(bytes, version));
  return cells.map((row) => row.map((cell) => cell === true));
}

function codewords(bytes: number[], version: (typeof versions)[number]): number[] {
  const { correction, data, blocks } = version;
  // Mode "bytes" (4 bits) and the length (8) push everything by half a byte.
  const nibbles = [4, bytes.length >> 4, bytes.length & 15, ...bytes.flatMap((byte) => [byte >> 4, byte & 15]), 0];
  const filled: number[] = [];
  for (let n = 0; n < nibbles.length; n += 2) filled.push((nibbles[n]! << 4) | nibbles[n + 1]!);
  for (let pad = 0xec; filled.length < data * blocks; pad ^= 0xfd) filled.push(pad);
  const parts = Array.from({ length: blocks }, (_, n) => filled.slice(n * data, (n + 1) * data));
  const corrections = parts.map((part) => correctionOf(part, correction));
  const woven = (lists: number[][], length: number) =>
    Array.from({ length }, (_, n) => lists.map((list) => list[n]!)).flat();
  return [...woven(parts, data), ...woven(corrections, correction)];
}

/** Remainder of the division by the generator in GF(2^8). */
function correctionOf(data: number[], count: number): number[] {
  let generator = [1];
  for (let n = 0, root = 1; n < count; n++, root = times(root, 2)) {
    generator = [...generator, 0].map((value, place) => value ^ times(generator[place - 1] ?? 0, root));
  }
  const rest = [...data, ...Array<number>(count).fill(0)];
  for (let n = 0; n < data.length; n++) {
    const factor = rest[n]!;
    for (const [place, value] of generator.entries()) rest[n + place]! ^= times(value, factor);
  }
  return rest.slice(data.length);
}

function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ (product >> 7 ? 0x11d : 0);
    if ((b >> bit) & 1) product ^= a;
  }
  return product;
}

function drawPatterns(cells: Cell[][], align: readonly number[], version: number): void {
  const size = cells.length;
  const set = (x: number, y: number, dark: boolean) => {
    if (cells[y]?.[x] !== undefined) cells[y]![x] = dark;
  };
  for (let n = 0; n < size; n++) {
    set(n, 6, n % 2 === 0);
    set(6, n, n % 2 === 0);
  }
  const rings = (x: number, y: number, reach: number, lights: number[]) => {
    for (let dy = -reach; dy <= reach; dy++)
      for (let dx = -reach; dx <= reach; dx++)
        set(x + dx, y + dy, !lights.includes(Math.max(Math.abs(dx), Math.abs(dy))));
  };
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    rings(x, y, 4, [2, 4]);
  const last = align.at(-1);
  for (const x of align)
    for (const y of align) {
      const corner = (x === 6 && y === 6) || (x === 6 && y === last) || (x === last && y === 6);
      if (!corner) rings(x, y, 2, [1]);
    }
  drawFormat(set, size);
  if (version >= 7) drawVersion(set, size, version);
}

type SetCell = (x: number, y: number, dark: boolean) => void;

function drawFormat(set: SetCell, size: number): void {
  const bit = (n: number) => ((formatBits >> n) & 1) === 1;
  for (let n = 0; n < 15; n++) {
    // Around the corner at the top left, past the timing pattern; then along the other two corners.
    if (n < 8) set(8, n < 6 ? n : n + 1, bit(n));
    else set(n === 8 ? 7 : 14 - n, 8, bit(n));
    if (n < 8) set(size - 1 - n, 8, bit(n));
    else set(8, size - 15 + n, bit(n));
  }
  set(8, size - 8, true);
}

function drawVersion(set: SetCell, size: number, version: number): void {
  let rest = version;
  for (let n = 0; n < 12; n++) rest = (rest << 1) ^ (rest >> 11 ? 0x1f25 : 0);
  const bits = (version << 12) | rest;
  for (let n = 0; n < 18; n++) {
    const [along, across] = [Math.floor(n / 3), size - 11 + (n % 3)];
    set(along, across, ((bits >> n) & 1) === 1);
    set(across, along, ((bits >> n) & 1) === 1);
  }
}

/** Two columns at a time from the right, up and down in turn, around what is drawn already; mask 0. */
function drawData(cells: Cell[][], words: number[]): void {
  const size = cells.length;
  let n = 0;
  for (let right = size - 1; right > 0; right -= 2) {
    // The column of the timing pattern is left out.
    if (right === 6) right = 5;
    const upwards = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step++) {
      const y = upwards ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (cells[y]![x] !== null) continue;
        const dark = (((words[n >> 3] ?? 0) >> (7 - (n & 7))) & 1) === 1;
        cells[y]![x] = dark !== ((x + y) % 2 === 0);
        n++;
      }
    }
  }
}
