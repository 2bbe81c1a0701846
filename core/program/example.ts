/** A task with what is known of its answer. */
export interface Example<I, O> {
  /** What the program is given. */
  readonly input: I;
  /** What the metric compares with: the right outputs, or some of them. */
  readonly label: Readonly<Partial<O>>;
  /** A name that stays the same. Default: the place in the list. */
  readonly id?: string;
}
