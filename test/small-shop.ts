/** The orders of a shop so small that every byte of its file can be changed in turn. */
export const smallShopLines = [
  ['o1', 'Ann', 1, 'tea', 'pot', 'cup'],
  ['o2', 'Bob', 2, 'tea', 'pot', 'lamp'],
  ['o3', 'Ann', 3, 'tea', 'milk'],
  ['o4', 'Cid', 4, 'tea', 'milk', 'pot'],
  ['o5', 'Bob', 5, 'milk', 'cup', 'tea'],
].flatMap(([order, customer, at, ...items]) =>
  items.map((item) => ({item: `${item}`, order: `${order}`, customer: `${customer}`, at: 1e6 * Number(at)})),
)
