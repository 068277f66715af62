import { encodeId, newUuid } from '@sessions/contract';
import { listedSessions } from './session-json';

const [id, projectId] = [newUuid(), newUuid()];

describe('listedSessions', () => {
  it('puts the id in front of the fields, and the times behind them', () => {
    const times = ',2026-01-15 10:30:00,2026-01-15 10:30:00.5,2026-01-15 10:30:00.12,2026-01-15 10:30:00.123';
    const [session] = listedSessions([{ listed: `${id}${times},"name":"a, \\"b\\""` }], projectId);
    const json =
      `{"id":"${encodeId('sess', id)}","project_id":"${encodeId('proj', projectId)}","name":"a, \\"b\\"",` +
      '"first_message_at":"2026-01-15T10:30:00.000Z","last_activity_at":"2026-01-15T10:30:00.500Z",' +
      '"created_at":"2026-01-15T10:30:00.120Z","updated_at":"2026-01-15T10:30:00.123Z"}';
    expect(session).toEqual({ id, lastActivityAt: '2026-01-15T10:30:00.500Z', json });
  });

  it('knows that a session without messages has no first one', () => {
    const time = ',2026-01-15 10:30:00';
    const [session] = listedSessions([{ listed: `${id},${time}${time}${time},"name":null` }], projectId);
    expect(session?.json).toContain('"first_message_at":null,"last_activity_at":"2026-01-15T10:30:00.000Z"');
  });
});
