import { decodeId } from '@sessions/contract';
import type { Product } from '../../support/product';
import type { BenchContext } from '../context';
import { seedSessions } from './seed';

/** A product whose project has most of the sessions that are stored. */
export interface SeededProduct {
  product: Product;
  /** UUID of the project. */
  projectUuid: string;
}

/** Starts a product and fills its database with so many sessions, for one bench, which may change them. */
export async function startSeeded(context: BenchContext, sessions: number): Promise<SeededProduct> {
  const product = await context.startProduct();
  const projectUuid = decodeId('proj', product.projectId) ?? '';
  if (sessions > 0) await seedSessions(product.databaseUrl, projectUuid, sessions);
  return { product, projectUuid };
}

/** The product that benches share which read so many sessions; one that adds to them comes last. */
export function sharedSeeded(context: BenchContext, sessions: number): Promise<SeededProduct> {
  return context.lasting(`${sessions} seeded sessions`, (backendContext) =>
    startSeeded(backendContext, sessions),
  );
}

/** Path and query of a list of the product's project. */
export function listPath({ projectId }: Product, parameters: Readonly<Record<string, string>>): string {
  return `/api/sessions?${new URLSearchParams({ ...parameters, projectId }).toString()}`;
}
