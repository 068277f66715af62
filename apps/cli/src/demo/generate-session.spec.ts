import { SESSION_SOURCES, SESSION_TAGS } from '@sessions/contract';
import { generateSession } from './generate-session';

const NOW = Date.UTC(2026, 0, 31);
const sessions = Array.from({ length: 500 }, (_, index) => generateSession(index, 'demo42', NOW));

describe('generateSession', () => {
  it('makes the same session of the same index, and another of the next', () => {
    expect(generateSession(7, 'demo42', NOW)).toEqual(sessions[7]);
    expect(new Set(sessions.map((session) => JSON.stringify(session))).size).toBe(sessions.length);
  });

  it('varies what a real stream of feedback varies', () => {
    const different = (field: string) =>
      new Set(sessions.map((session) => JSON.stringify(session[field]))).size;
    expect(different('source')).toBe(7);
    expect(different('tags')).toBeGreaterThan(6);
    expect(different('contact_email')).toBeGreaterThan(100);
    expect(different('messages')).toBeGreaterThan(100);
  });

  it('uses only what the API accepts', () => {
    for (const { source, tags, messages, contact_email: email } of sessions) {
      expect(SESSION_SOURCES).toContain(source);
      expect(SESSION_TAGS).toEqual(expect.arrayContaining(tags as string[]));
      expect(email).toMatch(/^[\w.]+@[\w.]+\.example$/);
      for (const { content, created_at: at } of messages as { content: string; created_at: string }[]) {
        expect(content).not.toMatch(/^$|\{/);
        expect(new Date(at).getTime()).toBeLessThan(NOW + 5 * 60_000);
      }
    }
  });

  it('can be counted by the run', () => {
    for (const { description, linked_entities: linked } of sessions) {
      expect(description).toContain('demo42');
      expect((linked as { companies: string[] }).companies).toContain('demo42');
    }
  });
});
