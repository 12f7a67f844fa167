import stringWidth from 'string-width'

/** Letters that are written from right to left: Hebrew, Arabic, Syriac, Thaana, N’Ko and their like. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

const graphemes = new Intl.Segmenter('en', {granularity: 'grapheme'})

/** Columns a text takes in a terminal. */
export const widthOf = (text: string): number => stringWidth(text)

/** A text on one line, without what would steer the terminal or turn its neighbors around. */
export function printable(text: string): string {
  return text
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
}

/** Cuts a text to so many columns, between graphemes. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let kept = ''
  let taken = 0
  for (const {segment} of graphemes.segment(text)) {
    taken += widthOf(segment)
    if (taken > width - 1) break
    kept += segment
  }
  return width > 0 ? `${kept.trimEnd()}…` : ''
}

/** Fences a text off, if it is written from right to left, so that it does not draw what stands beside it along. */
export function isolate(text: string): string {
  return rightToLeft.test(text) ? `\u2068${text}\u2069` : text
}

/** Stands between texts in a list: titles have commas of their own. */
export const BETWEEN = ' · '

/** As many of these texts as find room, the first in any case, cut if need be. */
export function cutList(texts: readonly string[], width: number): string {
  let line = ''
  for (const [place, text] of texts.entries()) {
    if (place === 0) line = isolate(cut(text, width))
    else if (widthOf(line) + BETWEEN.length + widthOf(text) <= width) line += BETWEEN + isolate(text)
    else break
  }
  return line
}

/** Breaks a text into lines of so many columns, between words; what is fenced off stays in one piece. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.match(/(?:\u2068[^\u2069]*\u2069|\S)+/gu) ?? []) {
    const line = lines.at(-1)
    if (line !== undefined && widthOf(line) + 1 + widthOf(word) <= width) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}

/** 12345.6 as 12,345.6, with so many decimals. */
export function number(value: number, decimals = 0): string {
  return value.toLocaleString('en-US', {minimumFractionDigits: decimals, maximumFractionDigits: decimals})
}

/** 1 order, 2 orders. */
export function counted(n: number, thing: string): string {
  return `${number(n)} ${thing}${n === 1 ? '' : 's'}`
}

/** 1st, 2nd, 3rd, 4th. */
export function ordinal(n: number): string {
  const teen = n % 100 > 10 && n % 100 < 14
  return `${number(n)}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')}`
}

/** How a page is written: how wide, and whether in bold and dim letters. */
export interface Page {
  width: number
  styled: boolean
}

export function bold(text: string, {styled}: Page): string {
  return styled ? `\u001b[1m${text}\u001b[22m` : text
}

export function dim(text: string, {styled}: Page): string {
  return styled ? `\u001b[2m${text}\u001b[22m` : text
}
