import {ease} from './ease.ts'
import {ofCustomerRows, ofOneRow, ofRows, rowMethods} from './row-methods.ts'
import {sar} from './sar.ts'
import type {Task} from './stage.ts'
import {tifuKnn} from './tifu-knn.ts'
import type {Peer} from './tune.ts'
import {upCf} from './up-cf.ts'

/** What the library's NDCG@10 is to be a multiple of, and how much. */
export interface Goal {
  /** What `fit` is told of learning; left out: its default. */
  learn?: false | {items: number}
  /** The peer; where none is named, the best. */
  rival?: string
  must: number
  aim: number
  /** Whether the aim is to be better in every class of sizes, too, by more than chance. */
  inEveryClass?: true
}

/** Who stands against the library in a task, and what it must reach. */
export interface Contest {
  peers: Peer[]
  /** Orders or customers of the inner split that peers are tuned on, at most. */
  tuneOn: number
  goals: Goal[]
}

const {count, confidence, cosine, lift, npmi, llr, tfIdf, decayedJaccard, bm25, rp3beta} = rowMethods

/** Those that take longest last. */
export const contests: Record<Task, Contest> = {
  alsoBought: {
    peers: [count, cosine, llr, tfIdf, bm25, rp3beta, decayedJaccard, lift, npmi].map(ofOneRow),
    tuneOn: 2000,
    goals: [{must: 1.01, aim: 1.02, inEveryClass: true}],
  },
  boughtTogether: {
    peers: [tfIdf, count, confidence, cosine, bm25, rp3beta].map(ofRows),
    // An order asks up to twenty times.
    tuneOn: 500,
    goals: [
      {learn: false, rival: 'TF-IDF', must: 1.03, aim: 1.08},
      {learn: {items: 4000}, rival: 'TF-IDF', must: 1.15, aim: 1.2},
    ],
  },
  'suggest include': {peers: [tifuKnn, upCf], tuneOn: 2000, goals: [{rival: 'TIFU-KNN', must: 1.04, aim: 1.07}]},
  'suggest only': {peers: [tifuKnn, upCf], tuneOn: 2000, goals: [{rival: 'TIFU-KNN', must: 1.04, aim: 1.08}]},
  'suggest exclude': {
    peers: [ease, tifuKnn, upCf, sar, ofCustomerRows(cosine)],
    tuneOn: 2000,
    goals: [{rival: 'EASE', must: 1.15, aim: 1.3}],
  },
}
