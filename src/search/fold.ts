/**
 * Takes every mark off: "Đảng viên" → "dang vien". Lower-cases, so that typed capitals do not matter.
 * đ has no decomposition in Unicode and is mapped by hand.
 */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replaceAll('đ', 'd');
}

/** Runs of letters and digits. */
export function words(text: string): string[] {
  return text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}
