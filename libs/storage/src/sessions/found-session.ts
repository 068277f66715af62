import { encodeId, messageId } from '@sessions/contract';
import { isoTime, LISTED_SELECT, listedSession } from './session-json';
import type { ListedRow } from './session-json';

/** A row that `FIND_JSON` reads. */
export interface FoundRow extends ListedRow {
  /** Messages in order, a line each: its time, a comma, its fields as JSON. Empty where there are none. */
  messages: string;
}

/**
 * Reads a session and its messages in the form of `LISTED_SELECT`, in one statement, so that the messages are those of the
 * very version of the session. JSON escapes the ends of lines.
 */
export const FIND_JSON = {
  name: 'session_find_json',
  text: `SELECT ${LISTED_SELECT}, array_to_string(ARRAY(
      SELECT concat(created_at AT TIME ZONE 'UTC', ',"role":', to_json(role), ',"content":', to_json(content),
        ',"senderType":', to_json(sender_type))
      FROM session_messages WHERE project_id = $1 AND session_id = $2 ORDER BY position
    ), E'\\n') AS messages
    FROM sessions WHERE project_id = $1 AND id = $2`,
};

/** The outside form of a session of the project with its messages, as JSON. */
export function foundSession(row: FoundRow, projectId: string, id: string): string {
  let json = `{"session":${listedSession(row, encodeId('proj', projectId)).json},"messages":[`;
  if (row.messages !== '') {
    for (const [position, message] of row.messages.split('\n').entries()) {
      json += (position === 0 ? '' : ',') + messageJson(message, messageId(id, position));
    }
  }
  return json + ']}';
}

function messageJson(message: string, id: string): string {
  const timeEnd = message.indexOf(',');
  return `{"id":"${id}"${message.slice(timeEnd)},"createdAt":"${isoTime(message.slice(0, timeEnd))}"}`;
}
