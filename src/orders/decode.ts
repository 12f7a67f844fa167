import {quote} from './options.ts'

/** How many bytes are decoded at once: whatever a source hands over, what follows gets small pieces. */
const piece = 65_536

/** What is often given in the place of CSV, by its first two bytes. Told only of what cannot be decoded. */
const noText: Record<number, string> = {
  20555: 'expected CSV, got a ZIP archive, as a workbook of a spreadsheet is; save its sheet as CSV',
  8075: 'the gzip data is gzipped once more; unpack it first',
  35169: 'expected CSV, got a saved shop; Recommender.load opens it',
}

/** Refuses an encoding that `TextDecoder` does not know. `name` is the function that was called with it. */
export function checkEncoding(name: string, encoding: string): void {
  try {
    new TextDecoder(encoding)
  } catch {
    throw new RangeError(`${name}: unknown encoding ${quote(encoding)}; use a label such as 'utf-8' or 'latin1'`)
  }
}

/** Bytes to text, by any WHATWG label. Bytes that the encoding does not have are an error, never U+FFFD. */
export class StrictDecoder {
  readonly #decoder: InstanceType<typeof TextDecoder>
  /** The last few bytes that were decoded: a character may begin in them. */
  #tail: Uint8Array = new Uint8Array(0)
  #begun = false

  constructor(encoding: string) {
    this.#decoder = new TextDecoder(encoding, {fatal: true})
  }

  /** The text of the next bytes, or without them the last of it. `lineAfter` gives the line reached after a text. */
  *decode(bytes: Uint8Array | undefined, lineAfter: (text: string) => number): Generator<string> {
    if (bytes === undefined) {
      yield this.#piece(undefined, lineAfter)
      return
    }
    for (let p = 0; p < bytes.length; p += piece) yield this.#piece(bytes.subarray(p, p + piece), lineAfter)
  }

  #piece(bytes: Uint8Array | undefined, lineAfter: (text: string) => number): string {
    try {
      const text = bytes === undefined ? this.#decoder.decode() : this.#decoder.decode(bytes, {stream: true})
      if (bytes !== undefined) {
        // A piece may be no more than the middle of a character that began before.
        const last = joined(this.#tail, bytes.subarray(-4))
        this.#tail = last.slice(lastLead(last, this.#tail.length + bytes.length, this.#decoder.encoding))
      }
      this.#begun = true
      return text
    } catch {
      const {encoding} = this.#decoder
      const first = this.#begun || bytes === undefined ? 0 : (bytes[0] as number) * 256 + (bytes[1] ?? 0)
      if (encoding === 'utf-8' && (first === 0xfffe || first === 0xfeff)) {
        throw new TypeError(`the text is UTF-16; set encoding: '${first === 0xfffe ? 'utf-16le' : 'utf-16be'}'`)
      }
      const binary = encoding === 'utf-8' ? noText[first] : undefined
      if (binary !== undefined) throw new TypeError(binary)
      const line = lineAfter(soundPart(bytes ?? new Uint8Array(0), this.#tail, encoding))
      const guess = line === 1 ? "set encoding: 'latin1', if it is text at all" : "set encoding: 'latin1'"
      const advice = encoding === 'utf-8' ? guess : 'set encoding to what it was written in'
      throw new TypeError(`line ${line} is not ${encoding.toUpperCase()}; ${advice}`)
    }
  }
}

/**
 * Where a last character begins that may go on in what follows; else the length.
 * @param bytes the last ones of `length`, which began with a character
 */
function lastLead(bytes: Uint8Array, length: number, encoding: string): number {
  if (encoding.startsWith('utf-16')) {
    const end = bytes.length - (length % 2)
    const highByte = bytes[end - (encoding === 'utf-16le' ? 1 : 2)] as number
    // The first half of a surrogate pair.
    return highByte >= 0xd8 && highByte < 0xdc ? end - 2 : end
  }
  if (encoding !== 'utf-8') return bytes.length
  let p = bytes.length - 1
  while (p > 0 && (bytes[p] as number) >= 0x80 && (bytes[p] as number) < 0xc0) p--
  return (bytes[p] as number) >= 0xc0 ? p : bytes.length
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length)
  all.set(a)
  all.set(b, a.length)
  return all
}

/** The text of `bytes` before the first that cannot be decoded. */
function soundPart(bytes: Uint8Array, tail: Uint8Array, encoding: string): string {
  const all = joined(tail, bytes)
  let text = ''
  let low = tail.length
  let high = all.length
  while (low < high) {
    const middle = (low + high + 1) >> 1
    try {
      text = new TextDecoder(encoding, {fatal: true}).decode(all.subarray(0, middle), {stream: true})
      low = middle
    } catch {
      high = middle - 1
    }
  }
  return text
}
