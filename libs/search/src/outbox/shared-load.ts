/**
 * A load that all who ask at the same time share.
 *
 * *Idle*: who asks begins it. *Running*: who asks gets the next one, which begins when this one has ended, and so do all
 * who ask until then. Nobody gets what was read before they asked, and never do two loads run at once.
 */
export class SharedLoad<Result> {
  private running: Promise<void> | undefined;
  private following: Promise<Result> | undefined;

  constructor(private readonly load: () => Promise<Result>) {}

  get isRunning(): boolean {
    return this.running !== undefined || this.following !== undefined;
  }

  /** What a load gives that begins from now on. Rejects as it does. */
  next(): Promise<Result> {
    if (this.following !== undefined) return this.following;
    if (this.running === undefined) return this.begin();
    this.following = this.running.then(() => {
      this.following = undefined;
      return this.begin();
    });
    return this.following;
  }

  private begin(): Promise<Result> {
    const load = this.load();
    const ended = () => {
      this.running = undefined;
    };
    this.running = load.then(ended, ended);
    return load;
  }
}
