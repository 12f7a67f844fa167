import {type WasmMemory, webAssembly} from './web-assembly.ts'

const PAGE = 65536
/** All that 32-bit addresses reach, but for a last page. */
const MOST_BYTES = 65535 * PAGE

/** Memory given out piece by piece before there is any: pages that are never touched cost nothing. */
export class Arena {
  size = 64
  readonly #fills: ((buffer: ArrayBufferLike) => void)[] = []

  /** Room for `bytes`, and a little beyond which may be read but means nothing. */
  take(bytes: number): number {
    const at = this.size
    this.size = Math.ceil((at + bytes + 16) / 64) * 64
    return at
  }

  /** Room for values, which are written when there is memory. */
  put(values: Int32Array | Float32Array | Float64Array): number {
    const at = this.take(values.byteLength)
    this.#fills.push((buffer) => {
      const Column = values.constructor as Int32ArrayConstructor
      new Column(buffer, at, values.length).set(values)
    })
    return at
  }

  /** The memory itself, for several threads or for one, with all that was put; `undefined` where it cannot be had. */
  open(shared: boolean): WasmMemory | undefined {
    const memory = this.size > MOST_BYTES ? undefined : allocate(Math.ceil(this.size / PAGE), shared)
    if (memory) for (const fill of this.#fills) fill(memory.buffer)
    return memory
  }
}

function allocate(pages: number, shared: boolean): WasmMemory | undefined {
  try {
    // Never touched, so it takes nothing; but the engine collects garbage for it first, which it does not for shared memory.
    new ArrayBuffer(pages * PAGE)
    return webAssembly && new webAssembly.Memory({initial: pages, maximum: pages, shared})
  } catch (error) {
    // Engines reserve much more address space than that, of which a process may have too little.
    if (error instanceof RangeError) return undefined
    throw error
  }
}
