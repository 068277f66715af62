import { DEFAULT_LIMITS } from '@sessions/contract';
import { assertParsable } from './json-structure';

const MIB = 1024 * 1024;

describe('assertParsable', () => {
  it('finds nothing wrong with a transcript of 20,000 messages, whatever they quote', () => {
    const contents = ['ok', 'a "quote" and [brackets] {', 'ends with \\', '\\"', '[[[['.repeat(100), '😀'];
    const messages = Array.from({ length: 20_000 }, (_, place) => ({
      role: 'user',
      sender_type: 'user',
      created_at: '2026-01-15T10:30:00.000Z',
      content: contents[place % contents.length],
    }));
    expect(() => assertParsable(JSON.stringify({ messages }), DEFAULT_LIMITS.bodyValues)).not.toThrow();
  });

  it('leaves what is small, and what is no JSON, to the parser', () => {
    expect(() => assertParsable('['.repeat(10_000), 1)).not.toThrow();
    expect(() => assertParsable(`"${'x'.repeat(MIB)}`, 1)).not.toThrow();
  });

  it('finds what is nested too deep', () => {
    const nested = `{"custom_fields":{"a":"]]]]${'x'.repeat(MIB)}","deep":${'['.repeat(50)}${']'.repeat(50)}}}`;
    expect(refusalOf(nested)).toMatchObject({
      status: 400,
      message: 'The body must not be nested deeper than 32 levels.',
    });
  });

  it.each([`[${'{},'.repeat(2 * MIB)}0]`, `[${'0,'.repeat(2 * MIB)}0]`])(
    'finds what has too many tiny values',
    (text) => {
      expect(refusalOf(text)).toMatchObject({
        status: 413,
        message: expect.stringMatching(/^The body has more than \d+ values; send less at once\.$/) as string,
      });
    },
  );

  it('lets a batch have as many values as 5,000 chats of short messages do, and one session not', () => {
    const messages = Array.from({ length: 20 }, () => ({ role: 'user', content: 'Thanks, it works now.' }));
    const batch = JSON.stringify(Array.from({ length: 5000 }, () => ({ name: 'A chat', messages })));
    expect(() => assertParsable(batch, DEFAULT_LIMITS.batchValues)).not.toThrow();
    expect(refusalOf(batch)).toMatchObject({ status: 413 });
  });
});

function refusalOf(text: string): unknown {
  try {
    assertParsable(text, DEFAULT_LIMITS.bodyValues);
    return undefined;
  } catch (error) {
    return error;
  }
}
