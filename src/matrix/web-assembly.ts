/** As much of WebAssembly as the kernel needs: it is no part of the language's own types. */
export interface WasmMemory {
  readonly buffer: ArrayBufferLike
}

/** Compiled code, opaque; it can be sent to other threads. */
export type WasmModule = object

/** A function, or a variable that can be set. */
export type WasmExport = ((...numbers: number[]) => number) & {value: number}

interface WebAssembly {
  Memory: new (size: {initial: number; maximum: number; shared: boolean}) => WasmMemory
  Module: new (bytes: Uint8Array) => WasmModule
  Instance: new (module: WasmModule, imports: {env: {memory: WasmMemory}}) => {exports: Record<string, WasmExport>}
}

/** Absent where the platform has none. */
export const webAssembly = (globalThis as {WebAssembly?: WebAssembly}).WebAssembly

/** Compiled code on a memory, with its variables set by name. */
export function instantiate(
  module: WasmModule,
  memory: WasmMemory,
  variables: Record<string, number>,
): Record<string, WasmExport> {
  if (!webAssembly) throw new Error('a kernel was opened where there is no WebAssembly')
  const {exports} = new webAssembly.Instance(module, {env: {memory}})
  for (const [name, value] of Object.entries(variables)) exports[name].value = value
  return exports
}

/** Compiled code as it is embedded in the package. */
export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
}

const compiled = new Map<string, WasmModule>()

/** Code on memory that threads can share, compiled once; `undefined` where there is no such memory. */
export function sharingModule(base64: string): WasmModule | undefined {
  if (!webAssembly || typeof SharedArrayBuffer === 'undefined') return undefined
  const module = compiled.get(base64) ?? new webAssembly.Module(bytesOf(base64))
  compiled.set(base64, module)
  return module
}
