/** Colours of a cover: the background, then the foreground colours from quiet to loud. */
export type Palette = readonly [ground: string, quiet: string, middle: string, loud: string];

const PALETTES: readonly Palette[] = [
  ["#1f3a4d", "#35596f", "#d9cdb4", "#e0764a"],
  ["#e9dcc3", "#d3bd94", "#3f6b62", "#b5452f"],
  ["#2e2a44", "#4b4570", "#c9b8d8", "#e6a83c"],
  ["#dfe5da", "#b9c9b4", "#2f5d50", "#d1913c"],
  ["#5b2333", "#7d3a4a", "#e8cfc0", "#e0a458"],
  ["#d6e0e6", "#a9c0cc", "#24516b", "#d8663f"],
  ["#22403a", "#3a6158", "#cfd8b8", "#e3b23c"],
  ["#efe0d6", "#dfbfab", "#7a3e48", "#2f6f73"],
  ["#3b3428", "#5e5442", "#e4d7b8", "#c9603a"],
  ["#e4dfee", "#c3b8da", "#4a3f7a", "#d0763f"],
  ["#17324a", "#2b5470", "#bcd4d6", "#f0c05a"],
  ["#eae4cf", "#cfc79f", "#556b2f", "#a8452f"],
];

/** A category keeps its colours, whatever the course. */
export function paletteOf(random: number): Palette {
  return PALETTES[Math.floor(random * PALETTES.length)]!;
}
