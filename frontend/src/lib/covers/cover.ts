import { COMPOSITIONS } from "./compositions";
import { paletteOf } from "./palettes";

export const COVER_WIDTH = 320;
export const COVER_HEIGHT = 180;

/**
 * Return the contents of a 320 × 180 SVG for this course: colours by category, shapes by title.
 *
 * It contains only numbers and colours, nothing of the two texts.
 */
export function coverArt(category: string, title: string): string {
  const palette = paletteOf(randomFrom(category)());
  const random = randomFrom(`${category}/${title}`);
  const compose = COMPOSITIONS[Math.floor(random() * COMPOSITIONS.length)]!;
  return `<path d="M0 0h${COVER_WIDTH}v${COVER_HEIGHT}H0z" fill="${palette[0]}"/>${compose(random, palette)}`;
}

/** Return a generator of numbers in [0, 1) seeded by a text: the same text gives the same numbers on any machine. */
function randomFrom(text: string): () => number {
  let state = hash(text);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Return the 32-bit FNV-1a hash of a text (http://www.isthe.com/chongo/tech/comp/fnv/). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ character.codePointAt(0)!, 0x01000193);
  return value;
}
