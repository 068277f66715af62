import { created, refused } from '../harness/bodies';
import type { Row } from '../harness/row';

const TAGS = ['general_feedback', 'wins', 'losses', 'bug', 'feature_request', 'change_request'];

/** The tags of a session to create, and what it is linked to. */
export const tagsAndLinks: Row[] = [
  created('all six tags', 'Documentation: tags', { tags: TAGS }),
  created('no tags', 'Documentation: tags', { tags: [] }),
  created(
    'a tag twice collapses',
    'Create: tags',
    { tags: ['bug', 'wins', 'bug'] },
    { tags: ['bug', 'wins'] },
  ),
  refused(
    'an unknown tag is named with the valid ones',
    'Create: tags',
    { tags: ['bug', 'urgent'] },
    /tags/,
    /urgent/,
    ...TAGS.map((tag) => new RegExp(tag)),
  ),
  refused('a tag in capitals', 'Create: tags', { tags: ['Bug'] }, /tags/, /Bug/, /feature_request/),
  refused('tags as a text', 'Create: tags', { tags: 'bug' }, /tags/, /array/),
  refused('tags null', 'Decided: null for arrays', { tags: null }, /tags/, /array/),
  refused('a tag null', 'Create: tags', { tags: [null] }, /tags/, /bug/),
  refused('a tag that is a number', 'Create: tags', { tags: [1] }, /tags/, /bug/),

  ...['companies', 'issues', 'knowledge_sources', 'product_scopes'].flatMap((kind) => [
    created(`linked ${kind} are kept as given`, 'Create: linked ids', {
      linked_entities: { [kind]: ['b', 'a/1 ü'] },
    }),
    refused(
      `linked ${kind} as a text`,
      'Documentation: linked_entities',
      { linked_entities: { [kind]: 'acme' } },
      new RegExp(`linked_entities\\.${kind}`),
      /array/,
    ),
    refused(
      `linked ${kind} null`,
      'Decided: null for arrays',
      { linked_entities: { [kind]: null } },
      new RegExp(`linked_entities\\.${kind}`),
      /array/,
    ),
    refused(
      `a number among the linked ${kind}`,
      'Documentation: linked_entities',
      { linked_entities: { [kind]: ['a', 7] } },
      new RegExp(`linked_entities\\.${kind}\\[1\\]`),
      /string/,
    ),
  ]),
  created('all kinds of links together', 'Documentation: linked_entities', {
    linked_entities: { companies: ['c'], issues: ['i'], knowledge_sources: ['k'], product_scopes: ['p'] },
  }),
  refused(
    'an unknown kind of link',
    'Requests: unknown body fields',
    { linked_entities: { people: ['a'] } },
    /linked_entities/,
    /people/,
  ),
  refused(
    'linked_entities null',
    'Decided: null for objects',
    { linked_entities: null },
    /linked_entities/,
    /object/,
  ),
  refused(
    'linked_entities as an array',
    'Requests: bad input',
    { linked_entities: [] },
    /linked_entities/,
    /object/,
  ),
];
