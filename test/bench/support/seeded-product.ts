import { decodeId } from '@sessions/contract';
import { createDataSource, databaseOf } from '@sessions/runtime';
import type { Database } from '@sessions/runtime';
import type { Product } from '../../support/product';
import type { BenchContext } from '../context';
import { seedSessions } from './seed';

/** A product whose project has most of the sessions that are stored. */
export interface SeededProduct {
  product: Product;
  /** UUID of the project. */
  projectUuid: string;
  /** One connection to the product's database, for limits. */
  database: Database;
}

/** Starts a product and fills its database with so many sessions. */
export async function startSeeded(context: BenchContext, sessions: number): Promise<SeededProduct> {
  const product = await context.startProduct();
  const projectUuid = decodeId('proj', product.projectId) ?? '';
  if (sessions > 0) await seedSessions(product.databaseUrl, projectUuid, sessions);
  const dataSource = createDataSource(product.databaseUrl, { poolSize: 1 });
  await dataSource.initialize();
  context.atEnd(() => dataSource.destroy());
  return { product, projectUuid, database: databaseOf(dataSource) };
}

/** Milliseconds that something takes. */
export async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Asks for a list and reads the whole answer. @throws Error when it is no 200 */
export async function askForList(
  product: Product,
  parameters: Readonly<Record<string, string>>,
): Promise<{ total: number; next_cursor: string | null }> {
  const response = await product.request(`/api/sessions?${new URLSearchParams(parameters).toString()}`);
  if (response.status !== 200)
    throw new Error(`A list was answered with ${response.status}: ${await response.text()}`);
  return (await response.json()) as { total: number; next_cursor: string | null };
}

/** Such as "10 k" or "1 M". */
export function sizeText(sessions: number): string {
  return sessions >= 1e6 ? `${sessions / 1e6} M` : `${sessions / 1000} k`;
}
