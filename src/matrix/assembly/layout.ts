/**
 * Where things lie in memory. The host sets every one of these before its first call, by name; addresses are in bytes,
 * arrays by rank unless said otherwise. What one instance writes without a lock (from `rowStarts` on) is its own.
 */

/** Baskets: `[weight u32, size id, owner u32 where there are owners, ranks ascending…]`, ids of 16 or 32 bits. */
export let rows: usize = 0
export let headerBytes: usize = 0
/** Bytes before the owner in a row; 0 where there are no owners. */
export let ownerAt: usize = 0
/** For each item from rank `firstVisited` on, where in `rows` (in ids) its baskets start. */
export let visits: usize = 0
export let visitOffsets: usize = 0
export let firstVisited: u32 = 0
export let itemCount: u32 = 0
/** The item by rank: what ties are broken by, and what tables hold. */
export let items: usize = 0
/** Pairs among the first `headItems` are counted basket by basket into a triangle; where its rows begin, in cells. */
export let headItems: u32 = 0
export let headRows: usize = 0
/** Of the first instance, where all triangles are summed. */
export let firstTriangle: usize = 0

export let minTogether: i32 = 1
/** A cell is the sum of weights over `2^countBits`, and the count below it. */
export let countBits: i32 = 32
/** How many neighbors are kept. */
export let neighbors: i32 = 0
export let tables: usize = 0
export let tableCount: i32 = 0
/** 1 where other instances write to the same lists. */
export let isShared: i32 = 0
/** Baskets in all. */
export let total: f64 = 0
export let logTotal: f32 = 0
/** By whole number up to `total`: x·log x or log x, whichever the measure reads. */
export let logs: usize = 0
/** Ranks in the order in which items score without having met the row's item. */
export let popular: usize = 0
export let popularCount: i32 = 0

/** While rows are sorted: by basket of a block, where its row starts and where it ends so far, in ids. */
export let rowStarts: usize = 0
export let rowEnds: usize = 0
/** Baskets of a block, u16, one for each of its lines, by rank; and where those of each rank end. */
export let staged: usize = 0
export let rankEnds: usize = 0
/** One u64 an item, all 0 between rows. */
export let cells: usize = 0
export let touched: usize = 0
/** Ranks and cells of the pairs of a row that may leave, side by side. */
export let streamRanks: usize = 0
export let streamCells: usize = 0
/** One u32 an item, all 0 between rows: for owners. */
export let own: usize = 0
/** The row's own best so far, and how many there is room for. */
export let best: usize = 0
export let bestRoom: i32 = 0
/** This instance's triangle. */
export let triangle: usize = 0
