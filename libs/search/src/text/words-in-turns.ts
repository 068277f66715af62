import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SessionWords } from './matcher';
import { WordCollector } from './matcher';

/** Characters tokenized before other requests get a turn. */
const CHARACTERS_PER_TURN = 256 * 1024;

/** The words of a session's texts, in turns, so that a long transcript does not hold up other requests. */
export async function wordsInTurns(texts: readonly (string | null)[]): Promise<SessionWords> {
  const collector = new WordCollector();
  let turn = 0;
  for (const text of texts) {
    collector.add(text);
    turn += text?.length ?? 0;
    if (turn < CHARACTERS_PER_TURN) continue;
    turn = 0;
    await nextTurn();
  }
  return collector.words();
}
