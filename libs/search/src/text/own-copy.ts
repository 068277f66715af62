/** A copy of a word, which may be a view of the whole text that it was found in: that would be kept with it. */
export function ownCopy(word: string): string {
  return Buffer.from(word).toString();
}
