import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Client } from 'pg';
import { CONFIGURATION } from './config/configuration';
import type { Configuration } from './config/settings';
import { sleep, within } from './lifecycle/process';
import { LOGGER } from './logging/logger';
import type { Logger } from './logging/logger';

/** Ends what the server keeps for connections of a process that were made a number of seconds ago or earlier. */
const TERMINATE = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE application_name = $1 AND backend_start < now() - make_interval(secs => $2)`;

/** Milliseconds between two questions to the server, and within which it should answer one. */
const ASK_EVERY_MS = 1000;

/** Between two attempts to connect while a question is without an answer. */
const AGAIN_MS = 250;

const ANSWER_WITHIN_MS = 1000;

/** Milliseconds within which a new connection should be made and answer; a busy server takes its time for that. */
const CONNECT_WITHIN_MS = 2000;
const TOO_LATE = 'The server did not answer in time.';

/**
 * Finds connections to Postgres that a network lost without a word, and closes them, so that whoever waits for an
 * answer on one is told. A statement's own time limit would do so only after many seconds, for one connection after
 * the other: of a worker's queue, measured, 16 s to more than a minute.
 *
 * Once a second it asks on a connection of its own. If no answer comes it asks on a new one. If that one answers and
 * the old one still does not, every connection that is older than the new one is closed, here and in the server: one
 * that waits there for the rest of a COPY heeds no time limit, and keeps its locks for ever. If neither answers, the
 * server is away or overloaded, and nothing is closed: slowness is never taken for loss.
 */
@Injectable()
export class LostConnections implements OnModuleInit, OnApplicationShutdown {
  /** The name that connections to be watched give themselves: this process's own. */
  readonly applicationName = `sessions-${randomUUID()}`;
  /** The open sockets, and when each was made. */
  private readonly sockets = new Map<Socket, number>();
  private readonly stopping = new AbortController();
  private probe: Probe | undefined;

  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Pick<Configuration, 'DATABASE_URL'>,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** A socket for a connection to be watched: pg's option `stream`. */
  readonly openSocket = (): Socket => {
    const socket = new Socket();
    this.sockets.set(socket, performance.now());
    socket.once('close', () => this.sockets.delete(socket));
    return socket;
  };

  onModuleInit(): void {
    void this.watch();
  }

  onApplicationShutdown(): void {
    this.stopping.abort();
    this.probe?.close();
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.look();
      await sleep(this.probe?.isWaiting === true ? AGAIN_MS : ASK_EVERY_MS, signal);
    }
    this.probe?.close();
  }

  private async look(): Promise<void> {
    const { probe } = this;
    if (probe === undefined || probe.isClosed) {
      this.probe = await this.newProbe();
      return;
    }
    if (!probe.isWaiting && (await probe.answers(ANSWER_WITHIN_MS))) return;
    const startedAt = performance.now();
    const fresh = await this.newProbe();
    if (fresh === undefined) return;
    if (!probe.isWaiting) return fresh.close();
    // One that the server closed says nothing of the others.
    const isLost = !probe.isClosed;
    probe.close();
    this.probe = fresh;
    if (isLost) await this.closeOlderThan(startedAt, fresh);
  }

  /** Undefined when the server does not take connections right now. */
  private async newProbe(): Promise<Probe | undefined> {
    const probe = new Probe(this.configuration.DATABASE_URL);
    if (await probe.answers(CONNECT_WITHIN_MS)) return probe;
    probe.close();
    return undefined;
  }

  private async closeOlderThan(time: number, probe: Probe): Promise<void> {
    const lost = [...this.sockets].filter(([, madeAt]) => madeAt < time).map(([socket]) => socket);
    this.logger.warn(
      { connections: lost.length },
      'Connections to the database were lost without a word; they are made anew.',
    );
    for (const socket of lost) socket.destroy();
    try {
      await probe.run(TERMINATE, [this.applicationName, (performance.now() - time) / 1000]);
    } catch (err) {
      // Stopping closes the probe in the middle of its question, and the server ends the rest as this process does.
      if (this.stopping.signal.aborted) return;
      this.logger.warn(
        { err },
        'What the server keeps for lost connections could not be ended: its locks may stay.',
      );
    }
  }
}

/** A connection that is asked whether the server answers. */
class Probe {
  private readonly socket = new Socket();
  private readonly client: Client;
  private readonly connected: Promise<unknown>;
  private question: Promise<unknown> | undefined;

  constructor(url: string) {
    this.client = new Client({
      connectionString: url,
      application_name: 'sessions-probe',
      stream: () => this.socket,
    });
    this.client.on('error', () => this.close());
    this.connected = this.client.connect();
  }

  get isClosed(): boolean {
    return this.socket.destroyed;
  }

  /** Whether the last question is still without an answer. */
  get isWaiting(): boolean {
    return this.question !== undefined;
  }

  /** Asks, unless the last question is still without an answer; false when none comes in time. */
  async answers(milliseconds: number): Promise<boolean> {
    this.question ??= this.connected
      .then(() => this.client.query('SELECT 1'))
      .finally(() => (this.question = undefined));
    try {
      await within(milliseconds, this.question, TOO_LATE);
      return true;
    } catch {
      return false;
    }
  }

  /** Runs a statement. */
  async run(statement: string, values: readonly unknown[]): Promise<void> {
    await within(CONNECT_WITHIN_MS, this.client.query(statement, [...values]), TOO_LATE);
  }

  close(): void {
    this.socket.destroy();
  }
}
