/** What may leave in an answer. */
export interface Privacy {
  /** A pair needs that many baskets, from 1 up. With 1, every pair may leave, one customer's alone too. */
  minTogether: number
  /** Who made each basket; the baskets of one owner stand together. Left out where no owner has two baskets. */
  owners?: Int32Array | undefined
}

/** Whether a pair may leave that meets in these baskets, which stand in ascending order. */
export function mayLeave(common: readonly number[], {minTogether, owners}: Privacy): boolean {
  if (common.length < minTogether) return false
  // The baskets of one owner stand together: if the first and the last are of one, all are.
  return minTogether === 1 || !owners || owners[common[0]] !== owners[common[common.length - 1]]
}

/**
 * Forgets the pairs of a row which one owner alone ever made: that customer's private history. Only owners with at least
 * `minTogether` baskets of the row's item can have made a pair that is not too rare already.
 *
 * @param from first and (exclusive) `to` last of the row's baskets, as positions
 * @param ownerOf who made the basket at a position; equal ones stand together
 * @param eachOther calls `see` for every item of the basket at a position
 * @param counts the row's counts by item; those of forgotten pairs become 0
 * @param own all 0 before and after, one entry an item
 */
export function dropOneOwnerPairs(
  from: number,
  to: number,
  minTogether: number,
  ownerOf: (position: number) => number,
  eachOther: (position: number, see: (other: number) => void) => void,
  counts: Int32Array,
  own: Int32Array,
): void {
  const countOwn = (other: number) => {
    own[other]++
  }
  const compare = (other: number) => {
    if (own[other] === counts[other]) counts[other] = 0
    own[other] = 0
  }
  for (let first = from, next = from; first < to; first = next) {
    const owner = ownerOf(first)
    while (next < to && ownerOf(next) === owner) next++
    if (next - first < minTogether) continue
    for (let p = first; p < next; p++) eachOther(p, countOwn)
    for (let p = first; p < next; p++) eachOther(p, compare)
  }
}
