/**
 * A number above 0 for some of the items. Dense, so that an item's is found at once, with a list of those that have one, so
 * that all are read and cleared at once: allocated once, left empty.
 */
export interface Sparse {
  n: number
  /** The first `n` are the items with a number, each once. Room for one more than there are items: see `sumRows`. */
  items: Int32Array
  /** By item. */
  values: Float64Array
}

/** Adds to an item's number. `value` must be above 0. */
export function addTo(sparse: Sparse, item: number, value: number): void {
  const {items, values} = sparse
  if (values[item] === 0) items[sparse.n++] = item
  values[item] += value
}

/** Makes an item's number at least `value`, which must be above 0. */
export function raiseTo(sparse: Sparse, item: number, value: number): void {
  const {items, values} = sparse
  if (values[item] === 0) items[sparse.n++] = item
  if (values[item] < value) values[item] = value
}

export function clearSparse(sparse: Sparse): void {
  const {items, values} = sparse
  for (let i = 0; i < sparse.n; i++) values[items[i]] = 0
  sparse.n = 0
}
