import { encodeId } from '@sessions/contract';
import type { CheckResult } from '@sessions/search';
import { grouped, numberOf } from '../numbers';
import { table } from '../table';

/** Differences that the text lists. */
const MAX_LISTED = 20;

/** What a check or a repair found, for `--json`. */
export function comparisonView({ counts, differences, foreign, samples, compared }: CheckResult) {
  return {
    projects: counts.projects.map(({ projectId, sessions, documents }) => ({
      id: encodeId('proj', projectId),
      sessions,
      documents,
    })),
    documents_of_unknown_projects: counts.unknown,
    compared,
    differences: { ...differences, foreign },
    sessions: samples.map(({ kind, projectId, sessionId }) => ({
      kind,
      project_id: encodeId('proj', projectId),
      id: encodeId('sess', sessionId),
    })),
  };
}

/** Differences that a repair can heal. */
export function repairable({ differences, foreign }: CheckResult): number {
  return differences.missing + differences.stale + differences.surplus + foreign;
}

/** The same as text. */
export function comparisonText(result: CheckResult): string {
  const { counts, differences, foreign, samples } = result;
  const sessions = counts.projects.reduce((sum, project) => sum + project.sessions, 0);
  const documents = counts.projects.reduce((sum, project) => sum + project.documents, counts.unknown);
  const lines = [
    `${numberOf(sessions, 'session')} stored in ${numberOf(counts.projects.length, 'project')}, ` +
      `${numberOf(documents, 'document')} indexed; ${grouped(result.compared)} compared by id.`,
    `missing ${grouped(differences.missing)}, stale ${grouped(differences.stale)}, ` +
      `surplus ${grouped(differences.surplus)}, foreign ${grouped(foreign)}`,
  ];
  if (differences.refused > 0) {
    lines.push(
      `${numberOf(differences.refused, 'session')} refused by the engine: \`dead-letters list --kind index\` says why.`,
    );
  }
  if (samples.length > 0) {
    const rows = samples
      .slice(0, MAX_LISTED)
      .map(({ kind, projectId, sessionId }) => [
        kind,
        encodeId('proj', projectId),
        encodeId('sess', sessionId),
      ]);
    lines.push('', table(['DIFFERENCE', 'PROJECT', 'SESSION'], rows));
    if (samples.length > MAX_LISTED) lines.push('…; --json lists more of them.');
  }
  return lines.join('\n');
}
