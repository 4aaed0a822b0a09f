/**
 * A QR code as a PNG picture, large enough to be scanned from a phone's screen or from paper.
 *
 * @param text at most about 200 characters, so that the squares stay large
 */
export async function qrCode(text: string): Promise<Uint8Array> {
  // Loaded when needed: the renderer is a native library of 4 MB.
  const [{ renderSVG }, { Resvg }] = await Promise.all([import('uqr'), import('@resvg/resvg-js')]);
  // A border of four squares is what the standard asks for; medium correction bears a crease in the paper.
  const svg = renderSVG(text, { ecc: 'M', border: 4, pixelSize: 12 });
  return new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng();
}
