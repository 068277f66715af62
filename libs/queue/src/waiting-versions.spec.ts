import { applyVersions, newUuid, NO_SESSION } from '@sessions/contract';
import type { AcceptedSession, SessionFields } from '@sessions/contract';
import { WaitingVersions } from './waiting-versions';

const [projectId, id] = [newUuid(), newUuid()];

function version(number: number, fields: Partial<SessionFields>, content?: string): AcceptedSession {
  return {
    projectId,
    id,
    version: Date.parse('2026-01-01T00:00:00.000Z') * 1000 + number * 1e6,
    fields,
    external: { source: 'z', id: '1' },
    ...(content !== undefined && {
      messages: [{ role: 'user', senderType: 'user', content }],
      messagesHash: content,
    }),
  };
}

/** What is held of the versions, and how many characters at most while they were added. */
function hold(most: number, versions: readonly AcceptedSession[]) {
  const waiting = new WaitingVersions(most);
  let held = 0;
  for (const one of versions) {
    waiting.add(one);
    const now = waiting.inOrder().flatMap(({ messages = [] }) => messages);
    held = Math.max(
      held,
      now.map(({ content }) => content.length).reduce((a, b) => a + b, 0),
    );
  }
  return { versions: waiting.inOrder(), held };
}

describe('WaitingVersions', () => {
  const thousand = Array.from({ length: 1000 }, (_, number) =>
    version(
      number,
      number === 500 ? { pageTitle: 'only once' } : { name: `${number}` },
      `${number}`.padEnd(1000, 'x'),
    ),
  );

  it('holds all that there is while it is not too much, the oldest first', () => {
    const [first, second, third] = [version(1, {}, 'a'), version(2, {}), version(3, {}, 'b')];
    expect(hold(10_000, [second, first, third]).versions).toEqual([first, second, third]);
  });

  it('lets go of messages that newer ones replace, and of nothing else', () => {
    const { versions, held } = hold(10_000, thousand);
    expect(held).toBeLessThanOrEqual(10_000);
    expect(versions.map(({ fields }) => fields)).toEqual(thousand.map(({ fields }) => fields));
    expect(versions[0]).toEqual(thousand[0]);
    expect(versions.slice(-5)).toEqual(thousand.slice(-5));
  });

  it('makes the same session of what it holds', () => {
    const stored = applyVersions(NO_SESSION, [version(-1, { description: 'stored' }, 'before')]);
    for (const before of [NO_SESSION, stored]) {
      const given = applyVersions(before, thousand);
      const held = applyVersions(before, hold(10_000, thousand).versions);
      expect(held.record).toEqual(given.record);
      expect(held.messages.map(({ content }) => content)).toEqual(
        given.messages.map(({ content }) => content),
      );
    }
  });

  it('keeps the newest messages however many they are, and though newer versions have none', () => {
    const versions = [
      version(1, {}, 'aa'),
      version(2, {}, 'bb'),
      version(3, {}, 'cc'),
      version(4, { name: 'd' }),
    ];
    expect(hold(0, versions).versions.map(({ messages }) => messages?.[0]?.content)).toEqual([
      'aa',
      undefined,
      'cc',
      undefined,
    ]);
  });
});
