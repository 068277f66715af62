import { databaseOf } from '@sessions/runtime';
import type { Configuration } from '@sessions/runtime';
import { parseArgs } from 'node:util';
import { commandOf } from '../command';
import type { CommandContext } from '../command';
import { withDatabase } from '../database';
import { grouped, numberOf } from '../numbers';
import { json } from '../options';
import type { QueueStatus } from './with-queue';
import { titleOf, withQueue } from './with-queue';

/** `queue status`: how much waits to be stored, how much may, and how many workers store it. */
export const queueCommand = commandOf('queue', { status });

async function status(args: string[], context: CommandContext): Promise<void> {
  const { values } = parseArgs({ args, options: { json } });
  const configuration = context.configuration();
  const found = await withDatabase(configuration, [], (dataSource) =>
    withQueue(configuration, databaseOf(dataSource), (queue) => queue.status()),
  );
  context.print(values.json ? JSON.stringify(viewOf(found, configuration)) : textOf(found, configuration));
}

type Bounds = Pick<Configuration, 'QUEUE_NAME' | 'INGEST_MAX_BACKLOG' | 'INGEST_MAX_MEMORY_PERCENT'>;

function viewOf({ backend, jobs, memory, workers }: QueueStatus, bounds: Bounds) {
  return {
    backend,
    name: bounds.QUEUE_NAME,
    jobs,
    most_jobs: bounds.INGEST_MAX_BACKLOG,
    memory_percent: memory === null ? null : percentOf(memory),
    most_memory_percent: bounds.INGEST_MAX_MEMORY_PERCENT,
    workers,
  };
}

function textOf({ backend, jobs, memory, workers }: QueueStatus, bounds: Bounds): string {
  const serving = workers === null ? 'unknown, as Redis does not list its clients' : grouped(workers);
  const lines = [
    `Queue    ${bounds.QUEUE_NAME} in ${titleOf({ name: backend })}`,
    `Jobs     ${numberOf(jobs, 'job')} waiting or under way; at ${grouped(bounds.INGEST_MAX_BACKLOG)} the API refuses sessions`,
    `Workers  ${serving}`,
  ];
  if (memory !== null) {
    lines.push(
      `Memory   ${percentOf(memory)} % of what Redis may use; at ${bounds.INGEST_MAX_MEMORY_PERCENT} % the API refuses sessions`,
    );
  }
  return lines.join('\n');
}

function percentOf(share: number): number {
  return Math.round(share * 1000) / 10;
}
