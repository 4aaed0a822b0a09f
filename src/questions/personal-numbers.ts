/**
 * Long runs of digits are telephone, identity or party-card numbers: they are not kept with what people ask.
 *
 * @returns the text with "#" in their place
 */
export function withoutPersonalNumbers(text: string): string {
  return text.replace(/\d(?:[ .-]?\d){6,}/g, '#');
}
