import { encodeId } from '@sessions/contract';
import type { DeadLetterSummary } from '@sessions/storage';

/** A dead letter as commands print it. */
export interface LetterView {
  id: string;
  kind: string;
  project_id: string;
  session_id: string;
  reason: string;
  attempts: number;
  parked_at: string;
}

/** The outside form of a dead letter. */
export function letterView(letter: DeadLetterSummary): LetterView {
  return {
    id: encodeId('dead', letter.id),
    kind: letter.kind,
    project_id: encodeId('proj', letter.projectId),
    session_id: encodeId('sess', letter.sessionId),
    reason: letter.reason,
    attempts: letter.attempts,
    parked_at: letter.parkedAt.toISOString(),
  };
}
