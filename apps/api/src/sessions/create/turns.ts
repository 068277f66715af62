/** Has work on the same thing, whatever it is named by, begin in the order in which it was asked for. */
export class Turns {
  /** The last work on each thing that is not over. */
  private readonly last = new Map<string, Promise<unknown>>();

  /** Begins the work once all that was asked for before on any of the things is over, however it ended. */
  async take<Result>(things: readonly string[], work: () => Promise<Result>): Promise<Result> {
    const before = things.flatMap((thing) => this.last.get(thing) ?? []);
    const turn = before.length === 0 ? work() : Promise.allSettled(before).then(work);
    for (const thing of things) this.last.set(thing, turn);
    try {
      return await turn;
    } finally {
      for (const thing of things) if (this.last.get(thing) === turn) this.last.delete(thing);
    }
  }
}
