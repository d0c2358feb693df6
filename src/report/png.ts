/**
 * A chart as PNG: its SVG drawn by resvg. Text needs a font, and a server often has none, so the
 * caller hands in font files; without them the fonts of the system are used, if there are any.
 */
import { Resvg } from '@resvg/resvg-js';

export interface PngOptions {
  /** Paths of TrueType files; given, no other font is used and the picture is the same anywhere. */
  readonly fontFiles: readonly string[];
  /** Name of the family in those files. */
  readonly fontFamily: string;
  /** Pixels per SVG unit; @defaultValue 2 */
  readonly scale?: number;
}

/**
 * @example renderPng(svg, { fontFiles: ['/fonts/DejaVuSans.ttf'], fontFamily: 'DejaVu Sans' })
 */
export function renderPng(svg: string, { fontFiles, fontFamily, scale = 2 }: PngOptions): Buffer {
  const resvg = new Resvg(svg, {
    background: 'white',
    fitTo: { mode: 'zoom', value: scale },
    font: {
      fontFiles: [...fontFiles],
      loadSystemFonts: fontFiles.length === 0,
      defaultFontFamily: fontFamily,
      sansSerifFamily: fontFamily,
    },
  });
  return resvg.render().asPng();
}
