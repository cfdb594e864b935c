import type { Palette } from "./palettes";

type Random = () => number;
type Composition = (random: Random, palette: Palette) => string;

const between = (random: Random, low: number, high: number) => Math.round(low + random() * (high - low));
const pick = <T>(random: Random, from: readonly T[]) => from[Math.floor(random() * from.length)]!;
const repeat = (count: number, draw: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => draw(i)).join("");
const path = (d: string, fill: string) => `<path d="${d}" fill="${fill}"/>`;
const circle = (x: number, y: number, r: number, fill: string) =>
  `<circle cx="${x}" cy="${y}" r="${r}" fill="${fill}"/>`;

/** Draws all shapes of one colour as one element, so that a page of covers stays small. */
function together(count: number, draw: (index: number) => readonly [paint: string, d: string]): string {
  const shapes = new Map<string, string>();
  for (let index = 0; index < count; index++) {
    const [paint, d] = draw(index);
    shapes.set(paint, (shapes.get(paint) ?? "") + d);
  }
  return [...shapes].map(([paint, d]) => `<path d="${d}" ${paint}/>`).join("");
}

/** Tiles with a quarter of a circle each. */
const quarters: Composition = (random, [, quiet, middle, loud]) => {
  const size = pick(random, [60, 90]);
  const columns = Math.ceil(320 / size);
  return together(columns * (180 / size), (index) => {
    const [x, y] = [(index % columns) * size, Math.floor(index / columns) * size];
    const [cx, cy] = [x + size * between(random, 0, 1), y + size * between(random, 0, 1)];
    const [dx, dy] = [cx > x ? -size : size, cy > y ? -size : size];
    const fill = random() < 0.16 ? loud : pick(random, [quiet, middle, quiet]);
    return [`fill="${fill}"`, `M${cx} ${cy}h${dx}A${size} ${size} 0 0 ${dx * dy > 0 ? 1 : 0} ${cx} ${cy + dy}z`];
  });
};

/** Rings around a point off the centre, and a disc that interrupts them. */
const rings: Composition = (random, [ground, quiet, middle, loud]) => {
  const [x, y] = [between(random, 60, 260), between(random, 50, 130)];
  const widest = between(random, 150, 210);
  const rings = repeat(7, (index) =>
    circle(x, y, widest - index * Math.round(widest / 7.5), index % 2 ? ground : index < 3 ? quiet : middle),
  );
  return rings + circle(x + between(random, -80, 80), y + between(random, -30, 30), between(random, 14, 26), loud);
};

/** Ridges one behind the other, under a sun. */
const ridges: Composition = (random, [, quiet, middle, loud]) => {
  const sun = circle(between(random, 50, 270), between(random, 36, 80), between(random, 18, 34), loud);
  const ridge = (base: number, swing: number, fill: string) => {
    const heights = Array.from({ length: 6 }, () => between(random, base - swing, base + swing));
    const curve = heights.slice(1).map((height, i) => `S${i * 64 + 32} ${height} ${(i + 1) * 64} ${height}`);
    return path(`M0 ${heights[0]}${curve.join("")}V180H0z`, fill);
  };
  return sun + ridge(95, 26, quiet) + ridge(135, 20, middle);
};

/** Columns of unequal height, one of them in a loud colour. */
const columns: Composition = (random, [, quiet, middle, loud]) => {
  const count = between(random, 9, 14);
  const width = 320 / count;
  const marked = between(random, 2, count - 3);
  return repeat(count, (index) => {
    const height = between(random, 30, 165);
    const fill = index === marked ? loud : index % 2 ? quiet : middle;
    return path(
      `M${(index * width).toFixed(1)} ${180 - height}h${(width - 4).toFixed(1)}v${height}h-${(width - 4).toFixed(1)}z`,
      fill,
    );
  });
};

/** A field of dots that grow towards one point. */
const dots: Composition = (random, [, quiet, middle, loud]) => {
  const [fx, fy] = [random() * 15, random() * 8];
  return together(16 * 9, (index) => {
    const [column, row] = [index % 16, Math.floor(index / 16)];
    const near = Math.max(0, 1 - Math.hypot(column - fx, row - fy) / 9);
    const fill = near > 0.86 ? loud : near > 0.4 ? middle : quiet;
    const width = 2 * Math.round(2 + near * 7);
    return [
      `stroke="${fill}" stroke-width="${width}" stroke-linecap="round"`,
      `M${column * 20 + 10} ${row * 20 + 10}h0`,
    ];
  });
};

/** Diagonal bands with a random slope. */
const bands: Composition = (random, [, quiet, middle, loud]) => {
  const slope = between(random, -90, 90);
  let top = between(random, -20, 30);
  return repeat(6, (index) => {
    const height = between(random, 8, 34);
    const fill = index === 3 ? loud : index % 2 ? middle : quiet;
    const band = path(`M0 ${top}L320 ${top + slope}v${height}L0 ${top + height}z`, fill);
    top += height + between(random, 8, 22);
    return band;
  });
};

/** Arches, as of a bridge seen from the side. */
const arches: Composition = (random, [, quiet, middle, loud]) => {
  const count = between(random, 3, 5);
  const width = 320 / count;
  const marked = between(random, 0, count - 1);
  return repeat(count, (index) => {
    const center = width * (index + 0.5);
    const arch = (radius: number, fill: string) => {
      const spring = 180 - between(random, 30, 70);
      return path(
        `M${(center - radius).toFixed(1)} 180V${spring}a${radius} ${radius} 0 0 1 ${radius * 2} 0V180z`,
        fill,
      );
    };
    const radius = Math.round(width * 0.42);
    return (
      arch(radius, quiet) +
      arch(Math.round(radius * 0.66), middle) +
      (index === marked ? arch(Math.round(radius * 0.34), loud) : "")
    );
  });
};

export const COMPOSITIONS: readonly Composition[] = [quarters, rings, ridges, columns, dots, bands, arches];
