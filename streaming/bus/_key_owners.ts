/** Who works on which key: its other messages go to the same one, so that they stay in order. */
export class KeyOwners<M> {
  readonly #owners: Map<string, { owner: M; count: number }> = new Map();

  ownerOf(key: string | undefined): M | undefined {
    return key === undefined ? undefined : this.#owners.get(key)?.owner;
  }

  /** One more message of this key is with this owner. */
  add(key: string | undefined, owner: M): void {
    if (key === undefined) return;
    const known = this.#owners.get(key);
    if (known === undefined) this.#owners.set(key, { owner, count: 1 });
    else {
      known.owner = owner;
      known.count++;
    }
  }

  /** One message less. */
  release(key: string | undefined): void {
    const known = key === undefined ? undefined : this.#owners.get(key);
    if (known !== undefined && --known.count === 0) this.#owners.delete(key!);
  }
}
