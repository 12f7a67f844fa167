const text = Symbol('markup')

/** HTML or SVG in which all that is no markup is escaped. */
export interface Markup {
  [text]: string
}

type Value = string | number | Markup | readonly Value[]

/** What is put in is escaped unless it was made here: in this one place for the whole page. */
export function markup(parts: TemplateStringsArray, ...values: Value[]): Markup {
  return {[text]: String.raw({raw: parts}, ...values.map(textOf))}
}

/** What is markup already, word for word; never what comes from outside. */
export function asMarkup(verbatim: string): Markup {
  return {[text]: verbatim}
}

export function textOf(value: Value): string {
  if (typeof value !== 'object') return escaped(String(value))
  return text in value ? value[text] : value.map(textOf).join('')
}

/** As text or in a quoted attribute; what HTML does not allow at all becomes a replacement character. */
function escaped(value: string): string {
  return value
    .replace(/[^\t\n\P{Cc}]|\p{Cs}|[\ufdd0-\ufdef\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`)
}
