import { COMPOSITIONS } from "./compositions";
import { paletteOf } from "./palettes";
import { randomFrom } from "./random";

export const COVER_WIDTH = 320;
export const COVER_HEIGHT = 180;

/**
 * The inside of an SVG of 320 × 180 that belongs to this course: colours by category, shapes by title.
 *
 * It holds numbers and colours only, nothing of the two texts.
 */
export function coverArt(category: string, title: string): string {
  const palette = paletteOf(randomFrom(category)());
  const random = randomFrom(`${category}/${title}`);
  const compose = COMPOSITIONS[Math.floor(random() * COMPOSITIONS.length)]!;
  return `<path d="M0 0h${COVER_WIDTH}v${COVER_HEIGHT}H0z" fill="${palette[0]}"/>${compose(random, palette)}`;
}
