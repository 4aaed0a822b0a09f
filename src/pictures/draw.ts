import { fileURLToPath } from 'node:url';

/** The family under which texts in pictures are set; it has all Vietnamese letters. */
export const FONT = 'Be Vietnam Pro';

/**
 * Draws an SVG as PNG with the shipped font alone, so that it looks the same on every machine.
 *
 * @param width in pixels
 */
export async function drawPng(svg: string, width: number): Promise<Uint8Array> {
  // Loaded when needed: the renderer is a native library of 4 MB.
  const { Resvg } = await import('@resvg/resvg-js');
  return new Resvg(svg, {
    fitTo: { mode: 'width', value: width },
    font: { loadSystemFonts: false, fontFiles: FONT_FILES, defaultFontFamily: FONT },
  })
    .render()
    .asPng();
}

const FONT_FILES = [
  import.meta.resolve('@expo-google-fonts/be-vietnam-pro/400Regular/BeVietnamPro_400Regular.ttf'),
  import.meta.resolve('@expo-google-fonts/be-vietnam-pro/700Bold/BeVietnamPro_700Bold.ttf'),
].map((url) => fileURLToPath(url));
