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

/**
 * The values of a source, one by one as they are asked for. Once the signal aborts it rejects as `eachUntilAborted` does, and
 * whoever leaves early closes the source. Nothing of it hangs on the signal while nobody waits for a value.
 */
export async function* untilAborted<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  signal?.throwIfAborted()
  const iterator = source[Symbol.asyncIterator]()
  let isDone = false
  try {
    for (;;) {
      // One that fails is not to be closed.
      isDone = true
      const step = await orAborted(() => iterator.next(), signal)
      isDone = step.done === true
      if (step.done) return
      yield step.value
    }
  } finally {
    if (!isDone || signal?.aborted) {
      const closed = Promise.resolve(iterator.return?.()).catch(() => {})
      // A source that waits for its next value would not answer before it has come.
      if (!signal?.aborted) await closed
    }
  }
}

/** What `work` promises, unless the signal aborts before. */
export function orAborted<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work()
  // No `Promise.race` with one promise for the signal: it would keep every value until that settles.
  return new Promise<T>((resolve, reject) => {
    signal.throwIfAborted()
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, {once: true})
    new Promise<T>((begin) => begin(work()))
      .finally(() => signal.removeEventListener('abort', abort))
      .then(resolve, reject)
  })
}
