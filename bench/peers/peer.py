"""The peers' side of `bench/peers.ts`: reads a set from a folder, then answers each line on standard input, the name of a
case, with the seconds it took. Needs implicit and scipy: `pip install implicit scipy`."""

import json
import os
import sys
import time

import numpy as np
from scipy.sparse import csr_matrix

from implicit.nearest_neighbours import (
    BM25Recommender,
    CosineRecommender,
    NearestNeighboursScorer,
    all_pairs_knn,
    normalize,
)

folder, baskets, items, neighbors = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
matrix = csr_matrix(
    (
        np.ones(np.fromfile(folder + "/items", np.int32).size, np.float64),
        np.fromfile(folder + "/items", np.int32),
        np.fromfile(folder + "/offsets", np.int32),
    ),
    shape=(baskets, items),
)
# An item is its own nearest neighbor there.
K = neighbors + 1


def scipy_dense_rows():
    """XᵀX as a whole, then the best of each row."""
    product = (matrix.T @ matrix).tocsr()
    for row in range(items):
        values = product.data[product.indptr[row] : product.indptr[row + 1]]
        if values.size > K:
            np.argpartition(-values, K)


weighted = normalize(matrix.T.tocsr()).T.tocsr()
cases = {
    "implicit, its kernel alone": lambda: all_pairs_knn(weighted, K, show_progress=False, num_threads=1),
    "implicit, CosineRecommender.fit": lambda: CosineRecommender(K=K, num_threads=1).fit(matrix, show_progress=False),
    "implicit, BM25Recommender.fit": lambda: BM25Recommender(K=K, num_threads=1).fit(matrix, show_progress=False),
    "scipy, XᵀX and argpartition": scipy_dense_rows,
}
if os.path.exists(folder + "/questions"):
    questions = np.fromfile(folder + "/questions", np.int32).reshape(-1, 50)
    ends, ones = np.array([0, 50], np.int32), np.ones(50)
    scorer = NearestNeighboursScorer(all_pairs_knn(weighted, K, show_progress=False, num_threads=1).tocsr())

    def answer_all():
        """What `recommend` does after its checks."""
        for question in questions:
            scorer.recommend(ends, question, ones, K=10, remove_own_likes=True)

    cases = {"implicit, its scorer": answer_all}

print(json.dumps(list(cases)), flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    cases[line.strip()]()
    print(json.dumps(time.perf_counter() - start), flush=True)
