import { decodeId } from '@sessions/contract';
import type { Product } from '../../support/product';
import type { BenchContext } from '../context';
import { Corpus } from '../load/corpus';
import { SearchableSessions } from '../load/searchable-sessions';

/** From so many on, filling takes minutes, and benches share what is filled. */
const MANY = 1_000_000;

/** Sessions that are written and queued for indexing at once. */
const STEP = 50_000;

/** A product whose project has sessions with words to search for, all of them indexed. */
export interface SearchableProduct {
  product: Product;
  projectUuid: string;
  /** What its texts are drawn from. */
  corpus: Corpus;
  sessions: SearchableSessions;
  /** Name of its search index. */
  index: string;
}

/** Starts a product and stores at least so many sessions, which its own worker indexes. */
export function startSearchable(context: BenchContext, stored: number): Promise<SearchableProduct> {
  return stored < MANY
    ? fill(context, stored)
    : context.lasting(`${stored} searchable sessions`, (backendContext) => fill(backendContext, stored));
}

async function fill(context: BenchContext, stored: number): Promise<SearchableProduct> {
  const index = `bench-${stored}-${process.pid}`;
  const product = await context.startProduct({ settings: { SEARCH_INDEX: index } });
  const projectUuid = decodeId('proj', product.projectId) ?? '';
  const corpus = new Corpus();
  const sessions = await SearchableSessions.open(product.databaseUrl, projectUuid, corpus);
  context.atEnd(() => sessions.close());
  for (let left = stored; left > 0; left -= STEP) {
    await sessions.queue(await sessions.store(Math.min(left, STEP)));
  }
  await sessions.indexed();
  await sessions.client.query('VACUUM ANALYZE');
  // Else Postgres would write down for minutes what was filled in, beside what is measured.
  await sessions.client.query('CHECKPOINT');
  return { product, projectUuid, corpus, sessions, index };
}
