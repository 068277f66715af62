import fc from 'fast-check';
import { filterOf } from './filter';

const anyText = fc.string({ unit: 'binary' });

describe('filterOf', () => {
  it('names the project first, and archived sessions only when asked for', () => {
    const asked = { projectId: 'p', filters: { includeArchived: true } };
    expect(filterOf(asked)).toBe('projectId = "p"');
    expect(filterOf({ ...asked, filters: { includeArchived: false } })).toBe(
      'projectId = "p" AND isArchived = false',
    );
  });

  it('leaves out claims, and those that may be indexed otherwise by their ids', () => {
    const asked = { projectId: 'p', filters: { includeArchived: true } };
    const except = { sessionIds: ['a', 'b'], claims: ['7', '12'], maybeIndexed: ['b'] };
    expect(filterOf({ ...asked, except })).toBe(
      'projectId = "p" AND NOT id IN ["p_b"] AND NOT claim IN [7, 12]',
    );
    expect(filterOf({ ...asked, except: { ...except, claims: [], maybeIndexed: [] } })).toBe(
      'projectId = "p"',
    );
  });

  it('lets no value end its quotes, whatever it holds', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.array(anyText), (companyId, contactId, productScopeIds) => {
        const filters = { includeArchived: true, companyId, contactId, productScopeIds };
        const filter = filterOf({ projectId: 'p', filters });
        expect(filter).toMatch(
          /^projectId = "p" AND companyIds IN \["\w{32}"\] AND contactId IN \["\w{32}"\] AND productScopeIds IN \[("\w{32}"(, )?)*\]$/,
        );
      }),
    );
  });
});
