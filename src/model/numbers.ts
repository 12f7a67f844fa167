/** Numbers ids from 0 in the order they come. */
export class Numbers {
  readonly ids: string[] = []
  readonly #numbers = new Map<string, number>()

  add(id: string): number {
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    this.#numbers.set(id, this.ids.length)
    return this.ids.push(id) - 1
  }

  /** The number beyond `first`, -1 if there is none. */
  find(id: string, first: number): number {
    const known = this.#numbers.get(id)
    return known === undefined ? -1 : first + known
  }
}
