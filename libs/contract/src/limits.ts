const KIB = 1024;
const MIB = 1024 * KIB;

/** Sizes up to which requests are taken. All are configurable; these names stand in the OpenAPI document. */
export interface Limits {
  /** Decoded bytes of a request body. */
  bodyBytes: number;
  /** Values (objects, arrays and their items) in a JSON body, unless it is long. */
  bodyValues: number;
  /** Decoded bytes of a JSON batch. */
  batchBytes: number;
  /** Values in a JSON batch, unless it is long. */
  batchValues: number;
  /** Sessions in a JSON batch. */
  batchSessions: number;
  /** Messages in a session. */
  messages: number;
  /** UTF-8 bytes of a message's content. */
  messageBytes: number;
  /** UTF-8 bytes of every other text, such as a name, a page's address or an external id. */
  textBytes: number;
  /** Bytes of JSON of `user_metadata`, and of `custom_fields`. */
  metadataBytes: number;
  /** Linked ids of a kind. */
  links: number;
  /** UTF-8 bytes of a contact's id and of a linked id, which are keys of indexes. */
  idBytes: number;
}

/** The limits that the rulings set. */
export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 10 * MIB,
  bodyValues: 300_000,
  batchBytes: 64 * MIB,
  batchValues: 1_000_000,
  batchSessions: 10_000,
  messages: 20_000,
  messageBytes: 256 * KIB,
  textBytes: 64 * KIB,
  metadataBytes: 64 * KIB,
  links: 100,
  idBytes: 400,
};

/** Levels of objects and arrays that `user_metadata` and `custom_fields` may be deep, themselves included. */
export const MAX_JSON_DEPTH = 32;
