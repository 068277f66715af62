import { Injectable } from '@nestjs/common';
import { Database } from '@sessions/runtime';

const FOLD = { name: 'session_counts_fold', text: 'SELECT fold_session_counts($1) AS folded' };

/** The counts that totals are read from; migration 0006 says how they work. */
@Injectable()
export class SessionCounts {
  constructor(private readonly database: Database) {}

  /**
   * Adds so many of the changes that writers noted to the counts, and returns how many there were. It changes no total,
   * only what it costs to read one. While another process folds there are none.
   */
  async fold(most: number): Promise<number> {
    const { rows } = await this.database.query<{ folded: number }>(FOLD, [most]);
    return rows[0]?.folded ?? 0;
  }
}
