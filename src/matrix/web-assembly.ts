/** As much of WebAssembly as the kernel needs: it is no part of the language's own types. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer
}

/** Compiled code, opaque; it can be sent to other threads. */
export type WasmModule = object

/** A function, or a variable that can be set. */
export type WasmExport = ((...numbers: number[]) => void) & {value: number}

interface WebAssembly {
  Memory: new (size: {initial: number; maximum: number; shared: true}) => WasmMemory
  Module: new (bytes: Uint8Array) => WasmModule
  Instance: new (module: WasmModule, imports: {env: {memory: WasmMemory}}) => {exports: Record<string, WasmExport>}
}

/** Absent where the platform has none. */
export const webAssembly = (globalThis as {WebAssembly?: WebAssembly}).WebAssembly
