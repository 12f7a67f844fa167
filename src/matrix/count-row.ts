import type {Csr, Indices} from './csr.ts'
import {dropOneOwnerPairs, type Privacy} from './privacy.ts'

/** Baskets both ways round, and what each weighs. */
export interface Baskets {
  byBasket: Csr<Indices>
  byItem: Csr
  /** By basket, whole numbers of `UNIT`. */
  weights: Int32Array
}

/** What whole tables are counted from: `byItem`, the largest array of all, can wait until that memory is free again. */
export interface BasketRows extends Pick<Baskets, 'byBasket' | 'weights'> {
  /** By item, how many baskets hold it. */
  support: Int32Array
}

/** What counting writes to: allocated once, left clean. One entry an item. */
export interface Scratch {
  /** Baskets shared with the row's item. */
  counts: Int32Array
  /** Sum of those baskets' weights: whole numbers, so that no order of adding changes them. */
  sums: Float64Array
  /** The items met, in the order they were met. */
  touched: Int32Array
  /** For `dropOneOwnerPairs`. */
  own: Int32Array
}

export function makeScratch(items: number): Scratch {
  return {
    counts: new Int32Array(items),
    sums: new Float64Array(items),
    touched: new Int32Array(items),
    own: new Int32Array(items),
  }
}

/**
 * How often every other item shares a basket with `item`, and what those baskets weigh: one row of XᵀX.
 * Leaves both in `scratch`; returns how many items were touched, `item` itself among them.
 */
export function countRow(item: number, {byItem, byBasket, weights}: Baskets, scratch: Scratch): number {
  const {offsets, indices} = byBasket
  let n = 0
  for (let p = byItem.offsets[item]; p < byItem.offsets[item + 1]; p++) {
    const basket = byItem.indices[p]
    n = countBasket(indices, offsets[basket], offsets[basket + 1], weights[basket], scratch, n)
  }
  return n
}

/** Counts one basket: the items at `from` up to before `to`. `n` were touched before; returns how many are now. */
export function countBasket(
  items: Indices,
  from: number,
  to: number,
  weight: number,
  {counts, sums, touched}: Scratch,
  n: number,
): number {
  for (let q = from; q < to; q++) {
    const other = items[q]
    if (counts[other]++ === 0) touched[n++] = other
    sums[other] += weight
  }
  return n
}

/**
 * The same without the item itself and without the pairs that may not leave; these are untouched again.
 * Returns how many items are left.
 */
export function countPublicRow(
  item: number,
  baskets: Baskets,
  {minTogether, owners}: Privacy,
  scratch: Scratch,
): number {
  const {byItem, byBasket} = baskets
  const {counts, sums, touched, own} = scratch
  const n = countRow(item, baskets, scratch)
  if (owners && minTogether > 1) {
    const eachOther = (p: number, see: (other: number) => void) => {
      const basket = byItem.indices[p]
      for (let q = byBasket.offsets[basket]; q < byBasket.offsets[basket + 1]; q++) see(byBasket.indices[q])
    }
    const ownerOf = (p: number) => owners[byItem.indices[p]]
    dropOneOwnerPairs(byItem.offsets[item], byItem.offsets[item + 1], minTogether, ownerOf, eachOther, counts, own)
  }
  let kept = 0
  for (let t = 0; t < n; t++) {
    const other = touched[t]
    if (counts[other] >= minTogether && other !== item) {
      touched[kept++] = other
    } else {
      counts[other] = 0
      sums[other] = 0
    }
  }
  return kept
}

/** Makes the first `n` touched items untouched. */
export function clearRow(n: number, {counts, sums, touched}: Scratch): void {
  for (let t = 0; t < n; t++) {
    counts[touched[t]] = 0
    sums[touched[t]] = 0
  }
}
