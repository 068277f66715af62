import type { Index } from 'meilisearch';
import type { ParsedQuery } from '../text/query';
import type { IndexedDocument } from './document';
import { TEXT_ATTRIBUTES, textOf } from './document';
import { encodeWords } from './encoding';

/** Characters of text fetched at a time. */
const MAX_FETCH_LENGTH = 4_000_000;
const MAX_FETCH_DOCUMENTS = 500;

/** A hit whose text is still to be looked at. */
export interface PhraseCandidate {
  id: string;
  sessionId: string;
  /** Characters of its text in the index. */
  textLength: number;
}

/** Those of the candidates, in order, whose text holds every phrase side by side and none of the excluded ones. */
export async function withPhrases(
  index: Index<IndexedDocument>,
  candidates: readonly PhraseCandidate[],
  query: ParsedQuery,
): Promise<PhraseCandidate[]> {
  const kept = new Set<string>();
  for (const group of groupByLength(candidates)) {
    const { results } = await index.getDocuments({
      ids: group.map(({ id }) => id),
      fields: ['id', ...TEXT_ATTRIBUTES],
      limit: group.length,
    });
    for (const document of results) if (holdsPhrases(document, query)) kept.add(String(document['id']));
  }
  return candidates.filter(({ id }) => kept.has(id));
}

function holdsPhrases(document: IndexedDocument, query: ParsedQuery): boolean {
  const texts = TEXT_ATTRIBUTES.filter((attribute) => attribute in document).flatMap((attribute) =>
    textOf(document[attribute])
      .split('\n')
      .map((line) => ` ${line} `),
  );
  const holds = (phrase: readonly string[]) => {
    const wanted = ` ${encodeWords(phrase)} `;
    return texts.some((text) => text.includes(wanted));
  };
  return query.phrases.every(holds) && !query.excluded.some(holds);
}

function groupByLength(candidates: readonly PhraseCandidate[]): PhraseCandidate[][] {
  const groups: PhraseCandidate[][] = [];
  let length = Infinity;
  for (const candidate of candidates) {
    const group = groups.at(-1);
    if (
      group === undefined ||
      length + candidate.textLength > MAX_FETCH_LENGTH ||
      group.length >= MAX_FETCH_DOCUMENTS
    ) {
      groups.push([candidate]);
      length = candidate.textLength;
    } else {
      group.push(candidate);
      length += candidate.textLength;
    }
  }
  return groups;
}
