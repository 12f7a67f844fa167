/**
 * The same values, until the signal aborts: then it rejects with the signal's reason at once, even while the source keeps
 * waiting for its next value, and tells the source that nobody reads on.
 */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  if (!signal) {
    yield* source
    return
  }
  const iterator = source[Symbol.asyncIterator]()
  let abort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort)
  })
  aborted.catch(() => {})
  let isDone = false
  try {
    for (;;) {
      signal.throwIfAborted()
      const step = await Promise.race([iterator.next(), aborted])
      isDone = step.done === true
      if (step.done) return
      yield step.value
    }
  } finally {
    signal.removeEventListener('abort', abort)
    // Not awaited: a source that waits for its next value would not answer before it has come.
    if (!isDone) iterator.return?.()?.catch(() => {})
  }
}
