import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { sleep } from '@sessions/runtime';
import type { Logger } from '@sessions/runtime';

const LOOK_EVERY_MS = 100;

/** How long a connection may take to come with its first request, once no more are taken. */
const FIRST_REQUEST_WITHIN_MS = 1000;

/**
 * Gets rid of the connections of a server that closes. Node closes those that are idle at that moment only, and stops
 * looking at time limits: one that became idle a moment later, was opened without a word (as browsers and load balancers
 * do in advance) or whose request never ends would keep the server open until its client goes. And of those that Node
 * calls idle some have an answer that is still on its way to a slow client, so the server is told here which are.
 *
 * A connection is *silent* until a whole request head has come, *answering* until all answers have been handed to the
 * system, and then *idle* until the next head.
 */
export class OpenConnections {
  private readonly silent = new Set<Socket>();
  /** How many answers of the others are under way. */
  private readonly answers = new Map<Socket, number>();

  constructor(
    private readonly server: Server,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {
    server.on('connection', (socket: Socket) => {
      this.silent.add(socket);
      socket.once('close', () => {
        this.silent.delete(socket);
        this.answers.delete(socket);
      });
    });
    server.closeIdleConnections = () => this.closeIdle();
    server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.silent.delete(socket);
      this.answers.set(socket, (this.answers.get(socket) ?? 0) + 1);
      response.once('close', () => {
        const count = this.answers.get(socket);
        if (count !== undefined) this.answers.set(socket, count - 1);
      });
    });
  }

  /**
   * Closes connections from now on: idle ones as they become so, silent ones after a second, and what is left when the
   * milliseconds are over.
   *
   * @param closed ends the work: the server has closed
   */
  async closeWithin(milliseconds: number, closed: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    const passed = () => performance.now() - startedAt;
    while (!closed.aborted && passed() < milliseconds) {
      this.closeIdle();
      if (passed() >= FIRST_REQUEST_WITHIN_MS) this.closeSilent();
      await sleep(LOOK_EVERY_MS, closed);
    }
    if (closed.aborted) return;
    this.closeSilent();
    if (this.answers.size === 0) return;
    this.logger.warn(
      { connections: this.answers.size },
      'Requests did not end before the api has to stop; their connections are cut off.',
    );
    this.server.closeAllConnections();
  }

  private closeIdle(): void {
    for (const [socket, count] of this.answers) if (count === 0) socket.destroy();
  }

  private closeSilent(): void {
    for (const socket of this.silent) socket.destroy();
  }
}
