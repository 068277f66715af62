import { startProcess } from '../../support/product-process';
import type { ProductProcess, Role } from '../../support/product-process';

/**
 * One process of the product that the suite stops, kills and starts again, always under the same name and port.
 *
 * States: *away*, *running* (as long as nobody ends it; if it ends by itself, `problems` says so).
 */
export class ServerProcess {
  private running: ProductProcess | undefined;

  constructor(
    readonly role: Role,
    private readonly environment: Record<string, string>,
    private readonly problems: string[],
  ) {}

  /** Starts it; resolves when it says that it serves. @param settings that differ from the usual ones this time */
  async start(settings: Record<string, string> = {}): Promise<void> {
    if (this.running !== undefined) return;
    const started = await startProcess(this.role, { ...this.environment, ...settings });
    this.running = started;
    void started.died.then((output) => {
      this.running = undefined;
      this.problems.push(output.slice(-2000));
    });
  }

  /** Ends it without warning. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Has it end cleanly. */
  async stop(): Promise<void> {
    const { running } = this;
    const code = await this.end('SIGTERM');
    if (code !== 0 && running !== undefined)
      this.problems.push(
        `The ${this.role} stopped with code ${code}. It wrote:\n${running.output().slice(-2000)}`,
      );
  }

  /** Sends it a signal that does not end it. */
  signal(signal: NodeJS.Signals): void {
    if (this.running === undefined) throw new Error(`The ${this.role} does not run.`);
    process.kill(this.running.pid, signal);
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const { running } = this;
    this.running = undefined;
    return running === undefined ? 0 : running.end(signal);
  }
}
