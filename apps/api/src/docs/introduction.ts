import type { Limits } from '@sessions/contract';
import { CHARACTERS_A_VALUE } from '../http/json-structure';
import { inBytes } from './schemas/schema';

/** The text at the head of the document (Markdown): keys, errors, repeats and limits. */
export function introduction(limits: Limits): string {
  return `Create, list and retrieve feedback sessions: conversations, meeting transcripts and behavioral events.

**Keys.** Every request under \`/api/sessions\` carries an API key: \`Authorization: Bearer hiss_...\`. A key belongs
to one project.

**Errors.** Every answer that is not a success is \`{ "error": "One sentence." }\`, often with \`details\`, one entry
for each problem, up to 20, and with the \`request_id\`. Unknown fields and parameters are refused, so that a typo
loses nothing. An unknown address is a 404 and a method that an address does not have a 405. After a 429 or 503 try
again when \`Retry-After\` says.

**Text** is UTF-8 and kept as it is. The character U+0000 and halves of surrogate pairs are refused.

**Limits** of this server:

| What | At most |
|---|---|
| Body of a request, decoded | ${size(limits.bodyBytes)} |
| Body of a JSON batch, decoded | ${size(limits.batchBytes)} |
| Sessions in a JSON batch | ${limits.batchSessions} |
| Values in a JSON body | ${limits.bodyValues}, in a batch ${limits.batchValues}; in a longer one, one for every ${CHARACTERS_A_VALUE} characters |
| Messages of a session | ${limits.messages} |
| Content of a message | ${size(limits.messageBytes)} |
| Name, description, page URL and title, \`user_id\`, \`external_source\`, \`external_id\` | ${size(limits.textBytes)} each |
| \`user_metadata\`, and \`custom_fields\` | ${size(limits.metadataBytes)} of JSON each |
| Linked ids of a kind | ${limits.links} |
| A contact id, a linked id | ${limits.idBytes} bytes |
`;
}

function size(bytes: number): string {
  return bytes % 1024 === 0 ? `${inBytes(bytes)} (${bytes} bytes)` : inBytes(bytes);
}
