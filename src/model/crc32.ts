/** CRC-32 as zip and PNG have it, of some bytes or of these after others: `before` is what came of the others, 0 of none. */
export type Crc32 = (bytes: Uint8Array, before?: number) => number

/** The polynomial, lowest power first. */
const POLYNOMIAL = 0xedb88320

/** Eight bytes are looked up at once, each in a table of its own: `tables[256 · t + byte]`, `t` bytes before the last. */
const tables = makeTables()

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let rest = byte
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1
    made[byte] = rest
  }
  for (let at = 256; at < made.length; at++) {
    const before = made[at - 256]
    made[at] = (before >>> 8) ^ made[before & 255]
  }
  return made
}

/** In TypeScript, for where the platform has none: a gigabyte a second. */
export const plainCrc32: Crc32 = (bytes, before = 0) => {
  let crc = ~before
  let p = 0
  for (const end = bytes.length - 7; p < end; p += 8) {
    const low = crc ^ (bytes[p] | (bytes[p + 1] << 8) | (bytes[p + 2] << 16) | (bytes[p + 3] << 24))
    crc =
      tables[1792 + (low & 255)] ^
      tables[1536 + ((low >>> 8) & 255)] ^
      tables[1280 + ((low >>> 16) & 255)] ^
      tables[1024 + (low >>> 24)] ^
      tables[768 + bytes[p + 4]] ^
      tables[512 + bytes[p + 5]] ^
      tables[256 + bytes[p + 6]] ^
      tables[bytes[p + 7]]
  }
  for (; p < bytes.length; p++) crc = (crc >>> 8) ^ tables[(crc ^ bytes[p]) & 255]
  return ~crc >>> 0
}
