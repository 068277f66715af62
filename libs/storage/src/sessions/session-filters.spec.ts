import { newUuid } from '@sessions/contract';
import fc from 'fast-check';
import { escapeLike, Values, whereSessions } from './session-filters';
import type { SessionFilters } from './session-filters';

const projectId = newUuid();

function where(filters: Partial<SessionFilters>): { sql: string; list: unknown[] } {
  const values = new Values();
  const sql = whereSessions(projectId, { showArchived: true, ...filters }, values);
  return { sql: sql.replace(/\s+/g, ' '), list: values.list };
}

describe('whereSessions', () => {
  const project = 'sessions.project_id = $1::uuid';
  const linked = (kind: string, placeholder = '$2') =>
    `EXISTS (SELECT FROM session_links AS links WHERE links.project_id = $1::uuid AND kind = '${kind}' ` +
    `AND target_id = ANY (${placeholder}::text[]) AND session_id = sessions.id)`;
  const features =
    'sessions.features & $2::smallint = $3::smallint AND ($4::smallint = 0 OR sessions.features & $4::smallint <> 0)';
  const time = Date.parse('2026-01-31T00:00:00.000Z');

  it.each<[Partial<SessionFilters>, string, unknown[]]>([
    [{ sessionId: 'id' }, 'sessions.id = $2::uuid', ['id']],
    [{ status: 'closed' }, features, [1, 1, 0]],
    [{ source: 'gong' }, 'sessions.source = $2::text', ['gong']],
    [{ contactId: 'c' }, 'sessions.contact_id = $2::text', ['c']],
    [{ isHumanTakeover: false }, features, [4, 0, 0]],
    [{ showArchived: false }, features, [2, 0, 0]],
    [{ isAnalyzed: true }, features, [8, 8, 0]],
    [{ isAnalyzed: false }, features, [8, 0, 0]],
    [{ name: '50%_\\' }, 'sessions.name ILIKE $2::text', ['%50\\%\\_\\\\%']],
    [{ tags: ['bug', 'wins'] }, features, [0, 0, 128 | 32]],
    [{ dateFrom: time }, 'sessions.created_at >= $2::timestamptz', [new Date(time)]],
    [{ dateTo: time }, 'sessions.created_at <= $2::timestamptz', [new Date(time)]],
    [{ productScopeIds: ['a', 'b'] }, linked('product_scopes'), [['a', 'b']]],
    [
      { companyId: 'acme' },
      `(${linked('companies')} OR sessions.contact_id IN (SELECT contacts.id FROM contacts ` +
        'WHERE contacts.project_id = $1::uuid AND company_id = ANY ($2::text[])))',
      [['acme']],
    ],
  ])('narrows to %j within the project', (filters, condition, values) => {
    expect(where(filters)).toEqual({ sql: `${project} AND ${condition}`, list: [projectId, ...values] });
  });

  it('asks for the project alone when there is no filter', () => {
    expect(where({})).toEqual({ sql: project, list: [projectId] });
  });

  it('never leaves the project out, asks for all filters, and puts no value into the text', () => {
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
        const { sql, list } = where(given);
        expect(sql.startsWith(`${project}`)).toBe(true);
        expect(sql.match(/project_id = \S+/g)?.every((match) => match === 'project_id = $1::uuid')).toBe(
          true,
        );
        expect(sql).toMatch(/^[A-Za-z0-9_$:.()[\]= '&<>]+$/);
        expect(sql.replace(/'(companies|product_scopes)'/g, '')).not.toContain("'");
        const { isHumanTakeover: takeover, ...others } = given;
        expect(list).toHaveLength(1 + Object.keys(others).length + (takeover === undefined ? 0 : 3));
      }),
    );
  });
});

/** What LIKE makes of a pattern, as Postgres documents it, for the whole text. */
function like(text: string, pattern: string): boolean {
  const special = /[\\^$.*+?()[\]{}|/]/g;
  let source = '';
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index] ?? '';
    if (character === '\\') source += (pattern[(index += 1)] ?? '').replace(special, '\\$&');
    else if (character === '%') source += '.*';
    else if (character === '_') source += '.';
    else source += character.replace(special, '\\$&');
  }
  return new RegExp(`^${source}$`, 's').test(text);
}

describe('escapeLike', () => {
  const text = fc.stringMatching(/^[a%_\\.]{0,6}$/);

  it('makes a pattern that matches the text itself, and nothing else', () => {
    fc.assert(
      fc.property(text, text, (wanted, other) => {
        expect(like(wanted, escapeLike(wanted))).toBe(true);
        expect(like(other, escapeLike(wanted))).toBe(other === wanted);
        expect(like(other, `%${escapeLike(wanted)}%`)).toBe(other.includes(wanted));
      }),
      { numRuns: 2000 },
    );
  });
});
