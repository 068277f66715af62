/** Characters that a terminal may act on rather than show: control characters, and those that change direction. */
const CONTROL = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/** Text on one line that a terminal only shows, whoever wrote it. */
export function printable(text: string): string {
  return text.replace(/\s+/g, ' ').replace(CONTROL, '�');
}

/** A value as JSON that a terminal only shows: what it might act on is escaped, so that the JSON stays the same value. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(CONTROL, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
