/** Codes of connections that were never made, so that no command went over them. */
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);

/** What the drivers say of commands that they did not send. */
const NOT_SENT =
  /^Stream isn't writeable|^timeout exceeded when trying to connect|^Connection terminated due to connection timeout/;

/** SQLSTATEs with which Postgres ends a connection, perhaps after it committed; and EPIPE, which looks like one. */
const CONNECTION_ENDED = /^(08|57P|40003|EPIPE)/;

/**
 * Whether an error of the queue says for sure that a command was not carried out: it was never sent, or the server
 * answered it with an error. After anything else, such as a timeout, it may have been.
 */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'ReplyError' || NOT_SENT.test(error.message)) return true;
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'string') return false;
  return NOT_CONNECTED.has(code) || (/^[0-9A-Z]{5}$/.test(code) && !CONNECTION_ENDED.test(code));
}
