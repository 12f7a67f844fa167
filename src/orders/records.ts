/** A record of CSV: its fields, or why it has none. */
export interface Row {
  /** The line at which it begins, from 1. */
  line: number
  /** Empty if it is bad, and until a parser has read it. */
  values: string[]
  bad: BadRecord | undefined
}

/** The records of a stretch of CSV, without lines that are empty or blank. */
export interface Records {
  rows: Row[]
  /** Those of `rows` that take a parser: with quotes that are doubled, or that blanks stand around. */
  quoted: Row[]
  /** Their text, each with its line end and sound. */
  text: string
}

/** A record that no parser should see. */
interface BadRecord {
  line: number
  reason: string
  /** Its first line, at most 1,000 characters of it. */
  text: string
}

const lineFeed = 10
const carriageReturn = 13
const quoteMark = 34

/** How many characters one record may span by default. */
const longestRecord = 1 << 20

/** No record ends here yet: more text is needed. */
const unfinished = -1
const unsound = -2

/**
 * Cuts text into records, and nearly all of these into fields; those with doubled quotes, or with blanks around quotes,
 * are left to a parser, which sees only sound ones. A quote opens a field where only blanks stand before it, `""` within
 * is one quote, and a quoted field may hold delimiters and line ends (LF, CRLF or CR).
 *
 * A record is bad if text follows a closing quote, or if it spans more than `longest` characters, as it does when a
 * quote never closes. Then only its first line is given up, and cutting goes on at the next. To read no character more
 * than a few times, whatever the file: up to where the bad record was found out, records may not span lines. A quoted
 * field that does would nearly always have ended the bad record at its opening quote, so nothing sound is lost by that.
 */
export class RecordCutter {
  /** The line at which the text not yet cut begins, from 1. */
  line = 1
  readonly #delimiter: string
  readonly #delimiterCode: number
  readonly #longest: number
  readonly #enough: number
  #chunks: string[] = []
  #length = 0
  #wanted: number
  /** Before this position of the text not yet cut, records may not span lines. */
  #doubtful = 0
  /** Within a line that is given up and whose end has not come. */
  #skipping = false

  // What `#recordEnd` found out besides.
  #fields: string[] | undefined
  #lineEnds = 0
  #reason = ''
  #reached = 0

  /** Text is looked at once `enough` characters have come: small chunks cost a parser more than they are worth. */
  constructor(delimiter = ',', longest = longestRecord, enough = 16_384) {
    this.#delimiter = delimiter
    this.#delimiterCode = delimiter.charCodeAt(0)
    this.#longest = longest
    this.#enough = this.#wanted = enough
  }

  /** Takes the next text, and gives the records that it completes: `null` while there is too little to be worth it. */
  push(chunk: string): Records | null {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    return this.#length < this.#wanted ? null : this.#cut(false)
  }

  /** Takes the last text, and gives the records that are left. */
  end(chunk = ''): Records | null {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    return this.#length === 0 ? null : this.#cut(true)
  }

  /** The line that would be reached after all text so far and `more`. */
  lineAfter(more: string): number {
    return this.line + (`${this.#chunks.join('')}${more}`.match(/\r\n?|\n/g)?.length ?? 0)
  }

  #cut(final: boolean): Records | null {
    const text = this.#chunks.join('')
    const length = text.length
    const rows: Row[] = []
    const quoted: Row[] = []
    let out = ''
    let position = 0
    // The next of each at or after `position`, or `length`.
    let feed = -1
    let carriage = -1
    let mark = -1
    while (position < length) {
      if (feed < position) feed = find(text, '\n', position)
      if (carriage < position) carriage = find(text, '\r', position)
      const stop = Math.min(feed, carriage)
      const next = stop === length ? length : feed === carriage + 1 ? feed + 1 : stop + 1
      // A carriage return that comes last may be half of a CRLF.
      const ended = final || feed === stop ? final || stop < length : next < length
      if (this.#skipping) {
        position = ended ? next : stop
        if (!ended) break
        this.#skipping = false
        this.line++
        continue
      }
      const tooLong = stop - position > this.#longest
      if (!ended && !tooLong) break
      if (mark < position) mark = find(text, '"', position)
      if (mark >= stop && !tooLong) {
        const values = text.slice(position, stop).split(this.#delimiter)
        if (values.length > 1 || values[0]?.trim()) rows.push({line: this.line, values, bad: undefined})
        this.line++
        position = next
        continue
      }
      const end = tooLong ? this.#refuse(position) : this.#recordEnd(text, position, stop, next, final)
      if (end === unfinished) break
      const row: Row = {line: this.line, values: [], bad: undefined}
      rows.push(row)
      if (end !== unsound) {
        if (this.#fields) {
          row.values = this.#fields
        } else {
          quoted.push(row)
          out += text.slice(position, end)
          // A lone carriage return at the end would wait for its line feed, and the last line may have no end.
          if (!out.endsWith('\n')) out += '\n'
        }
        this.line += this.#lineEnds + 1
        position = end
        continue
      }
      row.bad = {line: this.line, reason: this.#reason, text: text.slice(position, Math.min(stop, position + 1000))}
      this.#doubtful = Math.max(this.#doubtful, this.#reached)
      if (ended) this.line++
      else this.#skipping = true
      position = ended ? next : stop
      if (!ended) break
    }
    // fast-csv takes U+FEFF from the beginning of whatever it is given.
    if (out.startsWith('\ufeff')) out = `\ufeff${out}`
    const rest = text.slice(position)
    this.#chunks = rest === '' ? [] : [rest]
    this.#length = rest.length
    // Doubling keeps a long record from being looked at anew for every chunk.
    this.#wanted = Math.max(this.#enough, 2 * rest.length)
    this.#doubtful = Math.max(0, this.#doubtful - position)
    return {rows, quoted, text: out}
  }

  /**
   * Where the record that begins at `start` ends, past its line end. Its first line ends at `stop`, the next begins at
   * `next`. Leaves the number of line ends within it in `#lineEnds`, and its fields in `#fields` unless they take a parser.
   */
  #recordEnd(text: string, start: number, stop: number, next: number, final: boolean): number {
    const {length} = text
    const delimiter = this.#delimiterCode
    const limit = Math.min(length, start + this.#longest)
    const mayWrap = next > this.#doubtful
    const fields: string[] = []
    let isPlain = true
    let lineEnds = 0
    for (let p = start; ; p++) {
      const field = p
      while (p < length && isBlank(text.charCodeAt(p), delimiter)) p++
      if (text.charCodeAt(p) === quoteMark) {
        const opening = p++
        for (; ; p++) {
          if (p >= limit || (p === stop && !mayWrap)) {
            if (p === length && !final && p - start < this.#longest) return unfinished
            return this.#refuse(start, `a quoted field that does not end: ${excerpt(text, opening)}`, p)
          }
          const code = text.charCodeAt(p)
          if (code === quoteMark) {
            if (p + 1 === length && !final) return unfinished
            if (text.charCodeAt(p + 1) !== quoteMark) break
            isPlain = false
            p++
          } else if (code === lineFeed || (code === carriageReturn && text.charCodeAt(p + 1) !== lineFeed)) lineEnds++
        }
        const closing = p++
        while (p < length && isBlank(text.charCodeAt(p), delimiter)) p++
        if (opening > field || p > closing + 1) isPlain = false
        fields.push(text.slice(opening + 1, closing))
        if (p < length && p - start <= this.#longest && !endsField(text.charCodeAt(p), delimiter)) {
          return this.#refuse(start, `text after the closing quote of a field: ${excerpt(text, closing)}`, p)
        }
      } else {
        while (p < length && !endsField(text.charCodeAt(p), delimiter)) p++
        const value = text.slice(field, p)
        if (value.includes('"')) isPlain = false
        fields.push(value)
      }
      if (p - start > this.#longest) return this.#refuse(start)
      if (p < length && text.charCodeAt(p) === delimiter) continue
      if (p >= length && !final) return unfinished
      if (text.charCodeAt(p) === carriageReturn) {
        if (p + 1 === length && !final) return unfinished
        if (text.charCodeAt(p + 1) === lineFeed) p++
      }
      this.#lineEnds = lineEnds
      this.#fields = isPlain ? fields : undefined
      return Math.min(p + 1, length)
    }
  }

  #refuse(start: number, reason = `longer than ${this.#longest} characters`, reached = start + this.#longest): number {
    this.#reason = reason
    this.#reached = reached
    return unsound
  }
}

function find(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from)
  return at === -1 ? text.length : at
}

function endsField(code: number, delimiter: number): boolean {
  return code === delimiter || code === lineFeed || code === carriageReturn
}

/** What `\s` matches, for fast-csv goes by it, less line ends and the delimiter. */
function isBlank(code: number, delimiter: number): boolean {
  if (code === delimiter) return false
  if (code < 128) return code === 32 || code === 9 || code === 11 || code === 12
  return /\s/.test(String.fromCharCode(code))
}

/** The beginning of what is at fault: a line's text from a quote on. */
function excerpt(text: string, from: number): string {
  const piece = text.slice(from, from + 24)
  const end = piece.search(/[\r\n]/)
  return end === -1 ? `${piece.toWellFormed()}…` : piece.slice(0, end)
}
