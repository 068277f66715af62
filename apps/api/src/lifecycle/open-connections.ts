import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { sleep } from '@sessions/runtime';
import type { Logger } from '@sessions/runtime';

const LOOK_EVERY_MS = 100;

/** How long a connection may take to come with its first request, once no more are taken. */
const FIRST_REQUEST_WITHIN_MS = 1000;

/**
 * Gets rid of the connections of a server that closes. Node closes those that are idle at that moment only, and stops
 * looking at time limits: one that became idle a moment later, was opened without a word (as browsers and load balancers
 * do in advance) or whose request never ends would keep the server open until its client goes.
 */
export class OpenConnections {
  private readonly open = new Set<Socket>();
  /** Those that have not come with a whole request head yet. */
  private readonly silent = new Set<Socket>();

  constructor(
    private readonly server: Server,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {
    server.on('connection', (socket: Socket) => {
      this.open.add(socket);
      this.silent.add(socket);
      socket.once('close', () => {
        this.open.delete(socket);
        this.silent.delete(socket);
      });
    });
    server.on('request', ({ socket }) => this.silent.delete(socket));
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
      this.server.closeIdleConnections();
      if (passed() >= FIRST_REQUEST_WITHIN_MS) for (const socket of this.silent) socket.destroy();
      await sleep(LOOK_EVERY_MS, closed);
    }
    if (closed.aborted || this.open.size === 0) return;
    this.logger.warn(
      { connections: this.open.size },
      'Requests did not end before the api has to stop; their connections are cut off.',
    );
    this.server.closeAllConnections();
  }
}
