import { Client } from 'pg';
import { startProduct } from '../support/product';
import type { Product, ProductOptions } from '../support/product';

const LIMIT_MS = 60_000;

/** A product for the suite that asks for it, and a connection to its database. */
export interface ProductSuite {
  readonly product: Product;
  readonly database: Client;
}

/** Has the product run from before the first test of the suite until after the last. */
export function useProduct(options: ProductOptions): ProductSuite {
  let product: Product;
  let database: Client;

  beforeAll(async () => {
    product = await startProduct(options);
    database = new Client({ connectionString: product.databaseUrl });
    await database.connect();
  }, LIMIT_MS);
  afterAll(async () => {
    try {
      await database.end();
    } finally {
      await product.stop();
    }
  }, LIMIT_MS);

  return {
    get product() {
      return product;
    },
    get database() {
      return database;
    },
  };
}
