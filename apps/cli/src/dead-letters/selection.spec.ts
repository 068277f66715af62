import { decodeId, encodeId, newUuid } from '@sessions/contract';
import fc from 'fast-check';
import { UsageError } from '../errors';
import { selectionOf } from './selection';

describe('selectionOf', () => {
  it('means everything when nothing is said', () => {
    expect(selectionOf({})).toEqual({ filters: {}, limit: undefined });
  });

  it('reads every filter, with ids as the database has them', () => {
    const [projectId, sessionId, letterId] = [newUuid(), newUuid(), newUuid()];
    const given = {
      project: encodeId('proj', projectId),
      session: encodeId('sess', sessionId),
      kind: 'index',
      reason: 'constraint',
      after: '2026-01-01',
      before: '2026-02-01T12:00:00+02:00',
      limit: '7',
    };
    expect(selectionOf(given, [encodeId('dead', letterId)])).toEqual({
      filters: {
        ids: [letterId],
        projectId,
        sessionId,
        kind: 'index',
        reason: 'constraint',
        after: new Date('2026-01-01T00:00:00Z'),
        before: new Date('2026-02-01T10:00:00Z'),
      },
      limit: 7,
    });
  });

  it.each([
    [{ session: 'sess_1' }, '--session must be an id such as sess_….'],
    [{ kind: 'other' }, '--kind must be persist or index.'],
    [{ reason: '' }, '--reason must be a part of the reason'],
    [{ before: 'yesterday' }, '--before must be a date'],
    [{ after: '' }, '--after must be a date'],
  ])('refuses %j', (values, sentence) => {
    expect(() => selectionOf(values)).toThrow(UsageError);
    expect(() => selectionOf(values)).toThrow(sentence);
  });

  it.each(['0', '-1', '1.5', '1e3', '', ' 1', '1000000001'])('refuses the limit %j', (limit) => {
    expect(() => selectionOf({ limit })).toThrow('--limit must be a whole number');
  });

  it('takes for ids only what decodes to one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^dead_[0-9a-z]{26}$/)), (text) => {
        const id = decodeId('dead', text);
        if (id === null) expect(() => selectionOf({}, [text])).toThrow(UsageError);
        else expect(selectionOf({}, [text]).filters.ids).toEqual([id]);
      }),
    );
  });
});
