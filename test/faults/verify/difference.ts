import { isDeepStrictEqual } from 'node:util';
import type { MessageBody, SessionBody } from '../load/bodies';
import type { Fault } from './compare';
import type { StoredMessage, StoredSession } from './snapshot';

/** In what a stored session differs from the body that it was made of. */
export interface Difference {
  fault: Fault;
  what: string;
}

/** Says what of a body is not stored as it was sent; null when all is. @param email of the session's contact */
export function differenceOf(
  body: SessionBody,
  stored: StoredSession,
  email: string | undefined,
): Difference | null {
  const { messages, contact_email: address, external_source: source, external_id: id, ...fields } = body;
  const expected = { ...fields, external_source: source ?? null, external_id: id ?? null };
  for (const [field, value] of Object.entries(expected)) {
    const found = stored[field as keyof typeof expected];
    if (!isDeepStrictEqual(found, value))
      return { fault: 'wrong', what: `${field} is ${JSON.stringify(found)}, not ${JSON.stringify(value)}` };
  }
  if (email !== address.toLowerCase())
    return { fault: 'wrong', what: `the contact is ${email}, not ${address}` };
  return differenceOfMessages(messages, stored);
}

function differenceOfMessages(
  sent: readonly MessageBody[],
  { messages, message_count: count }: StoredSession,
): Difference | null {
  if (count !== sent.length || messages.length !== sent.length)
    return {
      fault: 'wrong',
      what: `it has ${messages.length} messages and says ${count}; sent were ${sent.length}`,
    };
  const contents = messages.map(({ content }) => content);
  const sentContents = sent.map(({ content }) => content);
  if (!isDeepStrictEqual(contents, sentContents)) {
    const sameOnes = isDeepStrictEqual(contents.toSorted(), sentContents.toSorted());
    return {
      fault: sameOnes ? 'outOfOrder' : 'wrong',
      what: `its messages begin with ${JSON.stringify(contents.slice(0, 3))}`,
    };
  }
  const place = messages.findIndex((message, index) => !isSame(sent[index] as MessageBody, message, index));
  return place === -1
    ? null
    : { fault: 'wrong', what: `message ${place} is ${JSON.stringify(messages[place])}` };
}

function isSame(sent: MessageBody, stored: StoredMessage, place: number): boolean {
  const senderType = sent.sender_type ?? (sent.role === 'user' ? 'user' : 'ai');
  return (
    stored.position === place &&
    stored.role === sent.role &&
    stored.sender_type === senderType &&
    (sent.created_at === undefined || Number(stored.created_at) === Date.parse(sent.created_at))
  );
}
