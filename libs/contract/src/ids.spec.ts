import fc from 'fast-check';
import { TypeID } from 'typeid-js';
import {
  contactIdOfEmail,
  decodeId,
  derivedUuid,
  encodeId,
  externalSessionId,
  isUuid,
  messageId,
  newUuid,
} from './ids';
import type { IdPrefix } from './ids';

const uuid = fc.uuid();
const prefix = fc.constantFrom<IdPrefix>('sess', 'proj', 'cont', 'key');
const text = fc.string({ unit: 'grapheme', maxLength: 20 });

describe('encodeId and decodeId', () => {
  it('give back every UUID', () => {
    fc.assert(
      fc.property(prefix, uuid, (kind, id) => {
        expect(encodeId(kind, id)).toMatch(new RegExp(`^${kind}_[0-9a-z]{26}$`));
        expect(decodeId(kind, encodeId(kind, id))).toBe(id);
      }),
    );
  });

  it('are those of the TypeID library', () => {
    fc.assert(
      fc.property(prefix, uuid, (kind, id) => {
        expect(encodeId(kind, id)).toBe(TypeID.fromUUID(kind, id).toString());
      }),
    );
  });

  it('know no id of another kind', () => {
    expect(decodeId('proj', encodeId('sess', newUuid()))).toBeNull();
  });

  it('give null for foreign text, and never throw', () => {
    const foreign = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }).map((suffix) => `sess_${suffix}`),
      fc.stringMatching(/^sess_[0-9a-z]{26}$/),
      fc.stringMatching(/^sess_[89a-z][0-9a-z]{25}$/),
    );
    fc.assert(
      fc.property(foreign, (id) => {
        const found = decodeId('sess', id);
        if (found !== null) expect(encodeId('sess', found)).toBe(id);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['', 'sess_', 'sess', '_', 'sess_01h455vb4pex5vsknk084sn02', 'SESS_01h455vb4pex5vsknk084sn02q'])(
    'do not know %j',
    (id) => expect(decodeId('sess', id)).toBeNull(),
  );
});

describe('newUuid', () => {
  it('makes ordered UUIDs of version 7', () => {
    const ids = Array.from({ length: 100 }, newUuid);
    expect(new Set(ids).size).toBe(100);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([...ids].sort((left, right) => (left.slice(0, 13) < right.slice(0, 13) ? -1 : 0))).toEqual(ids);
  });
});

describe('isUuid', () => {
  it('accepts what the database prints, and nothing else', () => {
    fc.assert(fc.property(uuid, (id) => expect(isUuid(id)).toBe(true)));
    const other = ['', 'not-a-uuid', `${newUuid()}x`, '01890A5D-AC96-774B-BCCE-B302099A8057'];
    expect(other.filter(isUuid)).toEqual([]);
  });
});

describe('derivedUuid', () => {
  it('is decided by its parts alone, and is a UUID of version 8', () => {
    expect(derivedUuid('a', 'b')).toBe(derivedUuid('a', 'b'));
    fc.assert(
      fc.property(fc.array(text), (parts) => {
        expect(derivedUuid(...parts)).toBe(derivedUuid(...parts));
        expect(derivedUuid(...parts)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  it('differs for different parts, wherever they are cut', () => {
    const parts = fc.array(fc.stringMatching(/^[a0-9:;]{0,4}$/), { maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, (left, right) => {
        fc.pre(JSON.stringify(left) !== JSON.stringify(right));
        expect(derivedUuid(...left)).not.toBe(derivedUuid(...right));
      }),
    );
    expect(derivedUuid('ab', 'c')).not.toBe(derivedUuid('a', 'bc'));
    expect(derivedUuid('a', '')).not.toBe(derivedUuid('a'));
  });

  it('names external records and contacts apart by project, and for ever', () => {
    const [one, two] = [newUuid(), newUuid()];
    expect(externalSessionId(one, 'zendesk', '1')).not.toBe(externalSessionId(two, 'zendesk', '1'));
    expect(externalSessionId(one, 'zendesk', '1')).not.toBe(externalSessionId(one, 'intercom', '1'));
    expect(contactIdOfEmail(one, 'a@b.c')).not.toBe(contactIdOfEmail(two, 'a@b.c'));
    const zero = '00000000-0000-0000-0000-000000000000';
    expect(externalSessionId(zero, 'zendesk', '4821')).toBe('811920c4-3505-8d7c-8bbe-30d927dc31c9');
    expect(contactIdOfEmail(zero, 'jane@example.com')).toBe('cont_4ft1xygsjxhnwtvqqx7qpx2kpz');
  });
});

describe('messageId', () => {
  it('differs by session and position, and says nothing else', () => {
    const session = newUuid();
    const ids = Array.from({ length: 20_000 }, (_value, position) => messageId(session, position));
    expect(new Set(ids).size).toBe(20_000);
    expect(ids.every((id) => /^msg_[0-9a-z]{30}$/.test(id))).toBe(true);
    expect(messageId(newUuid(), 0)).not.toBe(ids[0]);
    expect(messageId(session, 0)).toBe(ids[0]);
  });
});
