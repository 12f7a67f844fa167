/**
 * Calls `take` for every value of a source and waits for what it promises. Once the signal aborts it rejects with the
 * signal's reason, even while the source keeps waiting for its next value, and tells the source that nobody reads on.
 */
export async function eachUntilAborted<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal | undefined,
  take: (value: T) => Promise<void> | undefined,
): Promise<void> {
  signal?.throwIfAborted()
  const iterator = source[Symbol.asyncIterator]()
  let isDone = false
  const readAll = async () => {
    for (;;) {
      // One that fails is not to be closed.
      isDone = true
      const step = await iterator.next()
      isDone = step.done === true
      if (step.done || signal?.aborted) return
      const pause = take(step.value)
      if (pause) await pause
    }
  }
  let abort = () => {}
  // One race for all values: one for each would cost more than reading it.
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal?.reason)
    signal?.addEventListener('abort', abort)
  })
  try {
    await Promise.race([readAll(), aborted])
  } finally {
    signal?.removeEventListener('abort', abort)
    if (!isDone || signal?.aborted) {
      const closed = Promise.resolve(iterator.return?.()).catch(() => {})
      // A source that waits for its next value would not answer before it has come.
      if (!signal?.aborted) await closed
    }
  }
}
