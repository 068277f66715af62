import { newUuid } from '@sessions/contract';
import fc from 'fast-check';
import { Values } from './session-filters';
import type { SessionFilters } from './session-filters';
import { matchingOf } from './session-matching';

const projectId = newUuid();

function matching(filters: Partial<SessionFilters>): { sql: string; list: unknown[] } {
  const values = new Values();
  return { sql: matchingOf(projectId, { showArchived: true, ...filters }, values, 1000), list: values.list };
}

describe('matchingOf', () => {
  it('never leaves the project out, and puts no value into the text', () => {
    const text = fc.string({ minLength: 1 }).map((value) => `'${value}`);
    const filters = fc.record(
      {
        sessionId: fc.uuid(),
        name: text,
        companyId: text,
        contactId: text,
        productScopeIds: fc.array(text, { minLength: 1 }),
        isHumanTakeover: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(filters, (given) => {
        const { sql, list } = matching(given);
        const projects = [...sql.matchAll(/project_id = \$(\d+)/g)].map(
          ([, place]) => list[Number(place) - 1],
        );
        expect(new Set(projects)).toEqual(new Set([projectId]));
        const tables = sql.match(/(FROM|JOIN) (sessions|session_links|contacts)\b/g) ?? [];
        expect(projects.length).toBeGreaterThanOrEqual(tables.length);
        expect(sql.replace(/'(companies|product_scopes|sessions_name)'/g, '')).not.toContain("'");
        const used = [...sql.matchAll(/\$(\d+)/g)].map(([, place]) => Number(place));
        expect([...new Set(used)].sort((left, right) => left - right)).toEqual(
          list.map((_value, at) => at + 1),
        );
      }),
    );
  });

  it.each([
    ['abc', true],
    ['(ünd)', true],
    ['7 41', false],
    ['ab%cd', false],
  ])('compares those that have "%s" in the name as a set only if an index leads to them', (name, asSet) => {
    expect(matching({ name, companyId: 'acme' }).sql.includes('GROUP BY')).toBe(asSet);
  });
});
