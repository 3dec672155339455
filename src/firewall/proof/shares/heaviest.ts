interface Weighed {
  readonly nth: number;
  readonly weight: number;
}

/** Keeps the few heaviest of any number, of equal ones the first. */
export class Heaviest {
  readonly #most: number;
  readonly #found: Weighed[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** The heaviest first. */
  get found(): readonly Weighed[] {
    return this.#found;
  }

  add(nth: number, weight: number): void {
    const least = this.#found.at(-1)?.weight ?? 0;
    if (weight <= 0 || (this.#found.length >= this.#most && weight <= least)) return;
    const at = this.#found.findIndex((one) => one.weight < weight);
    this.#found.splice(at < 0 ? this.#found.length : at, 0, { nth, weight });
    if (this.#found.length > this.#most) this.#found.pop();
  }
}
