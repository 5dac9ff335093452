/** Unpaired surrogates, control signs and what XML can not hold. */
const unfit = /\p{Cs}|(?![\n\t])\p{Cc}|[\uFFFE\uFFFF]/gu;

/**
 * What citizens and operators typed must not become a formula in somebody's spreadsheet, nor a broken file: a text
 * that a spreadsheet would take for a formula gets an apostrophe in front, signs that no file can hold go.
 */
export function safeText(text: string): string {
  const clean = text.replaceAll("\r\n", "\n").replace(unfit, "");
  // Blanks and quotes in front do not make it harmless; the full-width signs are taken like the plain ones.
  const formula = /^[\s\p{Cf}"'`]*[=+\-@|%\uFF1D\uFF0B\uFF0D\uFF20]/u.test(clean) || /^[\t\n]/.test(clean);
  return formula ? `'${clean}` : clean;
}
