import fc from 'fast-check';
import { printable, printableJson } from './printable';

const ACTED_ON = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u;
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\p{Cc}\u2020-\u2070]*$/u));

describe('what is printed', () => {
  it('is on one line, and nothing that a terminal acts on', () => {
    expect(printable('refused\n\tby \u001b[31mred\u009b0m')).toBe('refused by �[31mred�0m');
    fc.assert(fc.property(anyText, (text) => !ACTED_ON.test(printable(text))));
  });

  it('is the same value as JSON, and nothing that a terminal acts on', () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, fc.array(anyText)), (value) => {
        expect(JSON.parse(printableJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
        expect(printableJson(value)).not.toMatch(ACTED_ON);
        expect(printableJson(value, 2).replaceAll('\n', '')).not.toMatch(ACTED_ON);
      }),
    );
  });
});
