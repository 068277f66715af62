import { LINK_KINDS, newUuid, SESSION_SOURCES, SESSION_TAGS } from '@sessions/contract';
import type { SessionRecord } from '@sessions/contract';
import type { Database } from '@sessions/runtime';
import { SessionReader, SessionWriter } from '@sessions/storage';
import type { SessionFilters } from '@sessions/storage';
import { accepted } from '../../support/accepted-session';

/** Stored sessions and what is known of them, to compare answers of the database with. */
export interface Library {
  records: SessionRecord[];
  /** Companies of contacts, by contact id. */
  companies: Map<string, string>;
}

const NAMES = [
  null,
  'Login flow',
  'login FLOW',
  '100% broken',
  'snake_case',
  'snakeXcase',
  'back\\slash',
  'ÄRGER',
];
const TARGETS = ['one', 'two', 'three'];
const COMPANIES = ['one', 'two', 'acme'];
const DAY_MS = 86_400_000;

/** A small generator of its own, so that a failing run can be run again. */
function randomOf(seed: number): <Item>(items: readonly Item[]) => Item {
  let state = seed;
  return (items) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return items[Math.floor((state / 2 ** 31) * items.length)] as (typeof items)[number];
  };
}

/** Stores random sessions of a project, many of which were active at the same moment. */
export async function fillLibrary(
  database: Database,
  projectId: string,
  size: number,
  seed = 1,
): Promise<Library> {
  const pick = randomOf(seed);
  const emails = Array.from({ length: 6 }, (_, number) => `person${number}@example.com`);
  const sessions = Array.from({ length: size }, (_, number) =>
    accepted({
      projectId,
      id: newUuid(),
      at: pick([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) * DAY_MS + pick([0, 0, DAY_MS / 2, DAY_MS - 1]),
      messages: pick([undefined, [`message ${number}`]]),
      email: pick([undefined, ...emails]),
      fields: {
        name: pick(NAMES),
        status: pick(['active', 'closed']),
        source: pick(SESSION_SOURCES),
        tags: [...new Set([pick(SESSION_TAGS), pick(SESSION_TAGS)])].slice(pick([0, 1])),
        linkedEntities: pick([
          {},
          ...LINK_KINDS.map((kind) => ({ [kind]: [...new Set([pick(TARGETS), pick(TARGETS)])] })),
        ]),
      },
    }),
  );
  await new SessionWriter(database).write(sessions);
  await database.query(
    `UPDATE sessions SET is_archived = given.archived, is_human_takeover = given.takeover, analysis_status = given.analysis
     FROM unnest($2::uuid[], $3::boolean[], $4::boolean[], $5::text[]) AS given (id, archived, takeover, analysis)
     WHERE project_id = $1 AND sessions.id = given.id`,
    [
      projectId,
      sessions.map(({ id }) => id),
      sessions.map(() => pick([true, false, false])),
      sessions.map(() => pick([true, false])),
      sessions.map(() => pick(['pending', 'analyzed', 'failed'])),
    ],
  );
  const companies = new Map<string, string>();
  const { rows } = await database.query<{ id: string }>('SELECT id FROM contacts WHERE project_id = $1', [
    projectId,
  ]);
  for (const { id } of rows.slice(1)) {
    companies.set(id, pick(COMPANIES));
    await database.query('UPDATE contacts SET company_id = $3 WHERE project_id = $1 AND id = $2', [
      projectId,
      id,
      companies.get(id),
    ]);
  }
  const stored = await new SessionReader(database).findMany(sessions);
  return { records: [...stored.values()], companies };
}

/** What a list must hold, in order: the rulings on filters in a few plain conditions. */
export function expectedList({ records, companies }: Library, filters: SessionFilters): SessionRecord[] {
  const { name, sessionId, status, source, tags, dateFrom, dateTo, contactId, companyId } = filters;
  const { isAnalyzed, isHumanTakeover, productScopeIds, showArchived } = filters;
  return records
    .filter(
      (record) =>
        (showArchived || !record.isArchived) &&
        (sessionId === undefined || record.id === sessionId) &&
        (name === undefined || record.name?.toLowerCase().includes(name.toLowerCase()) === true) &&
        (status === undefined || record.status === status) &&
        (source === undefined || record.source === source) &&
        (tags === undefined || tags.some((tag) => record.tags.includes(tag))) &&
        (dateFrom === undefined || Date.parse(record.createdAt) >= dateFrom) &&
        (dateTo === undefined || Date.parse(record.createdAt) <= dateTo) &&
        (isHumanTakeover === undefined || record.isHumanTakeover === isHumanTakeover) &&
        (isAnalyzed === undefined || (record.analysisStatus === 'analyzed') === isAnalyzed) &&
        (contactId === undefined || record.contactId === contactId) &&
        (companyId === undefined ||
          record.linkedEntities.companies?.includes(companyId) === true ||
          companies.get(record.contactId ?? '') === companyId) &&
        (productScopeIds === undefined ||
          productScopeIds.some((scope) => record.linkedEntities.product_scopes?.includes(scope) === true)),
    )
    .sort(
      (left, right) =>
        right.lastActivityAt.localeCompare(left.lastActivityAt) || (left.id < right.id ? 1 : -1),
    );
}
