import localFont from "next/font/local";

// Headings have one weight, so that its file is less than half the size of a variable one.
// Only the alphabets that a page uses are downloaded: each file is bound to its range of characters. Values are
// literals, because they are read when the fonts are compiled, not when this runs.
const inter = localFont({
  src: "../../node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  variable: "--font-inter",
  weight: "100 900",
  declarations: [
    {
      prop: "unicode-range",
      value:
        "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, U+0329, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD",
    },
  ],
  adjustFontFallback: false,
});

const interCyrillic = localFont({
  src: "../../node_modules/@fontsource-variable/inter/files/inter-cyrillic-wght-normal.woff2",
  variable: "--font-inter-cyrillic",
  weight: "100 900",
  preload: false,
  declarations: [{ prop: "unicode-range", value: "U+0301, U+0400-045F, U+0490-0491, U+04B0-04B1, U+2116" }],
  adjustFontFallback: false,
});

const literata = localFont({
  src: "../../node_modules/@fontsource/literata/files/literata-latin-600-normal.woff2",
  variable: "--font-literata",
  weight: "600",
  declarations: [
    {
      prop: "unicode-range",
      value:
        "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, U+0329, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD",
    },
  ],
  adjustFontFallback: false,
});

const literataCyrillic = localFont({
  src: "../../node_modules/@fontsource/literata/files/literata-cyrillic-600-normal.woff2",
  variable: "--font-literata-cyrillic",
  weight: "600",
  preload: false,
  declarations: [{ prop: "unicode-range", value: "U+0301, U+0400-045F, U+0490-0491, U+04B0-04B1, U+2116" }],
  adjustFontFallback: false,
});

const mono = localFont({
  src: "../../node_modules/@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2",
  variable: "--font-mono-latin",
  weight: "100 800",
  preload: false,
  adjustFontFallback: false,
});

/** Classes that define the CSS variables of the font families. */
export const fontVariables = [inter, interCyrillic, literata, literataCyrillic, mono]
  .map((font) => font.variable)
  .join(" ");
