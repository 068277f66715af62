import type { Answer } from './client';
import type { SeedLabel } from './seeds';
import type { TenantName, World } from './world';

/** One request of a row. Left out is what an ordinary client would send. */
export interface RowRequest {
  /** Default `GET`, or `POST` when there is a body. */
  method?: string;
  /** Default `/api/sessions`. */
  path?: string;
  /** Whose key is sent and whose project is asked for; default `main`. */
  tenant?: TenantName;
  /** The whole header, in place of the tenant's key; null sends none. */
  authorization?: string | null;
  /** In place of the tenant's project; null sends no `projectId`. */
  projectId?: string | null;
  /** Further query parameters. A text is sent as it is, without being escaped. */
  query?: Record<string, string> | string;
  headers?: Record<string, string | string[]>;
  /** A body to send as JSON. */
  json?: unknown;
  /** A body to send as it is. Its `Content-Type` is JSON's unless `headers` says otherwise. */
  raw?: string | Buffer;
  /** Sends the body without saying beforehand how long it is. */
  chunked?: boolean;
  /** Sends the request that many times at once; each answer must be as expected. */
  times?: number;
}

/** What an answer must be. */
export interface Expectation {
  /** One of these, where the documents leave the choice. */
  status: number | number[];
  /** All must match the error's sentence, which names the field and what is allowed. */
  error?: RegExp[];
  /** The whole JSON body. */
  body?: unknown;
  /** A part of the JSON body. */
  contains?: object;
  /** The seeded sessions of a list, in the ruled order. */
  sessions?: SeedLabel[];
  /** The seeded sessions of a list, in any order. */
  found?: SeedLabel[];
  /** The list's `total`; default the number of `sessions` or `found`. */
  total?: number;
  /** Headers that must match; null for those that must be absent. */
  headers?: Record<string, RegExp | null>;
  /** Tries the request again until it is answered as expected, for what need not be seen at once. */
  eventually?: boolean;
  /** Anything else that must hold. The step's answers are the last ones. */
  check?: (context: Context) => void | Promise<void>;
}

/** One request and its answer. Functions see the answers of the row's earlier steps. */
export interface Step {
  prepare?: (context: Context) => Promise<void>;
  request: RowRequest | ((context: Context) => RowRequest);
  expect: Expectation | ((context: Context) => Expectation);
}

/** One promise of the documents. */
export interface Row extends Step {
  name: string;
  /** Where the documents make the promise. */
  rule: string;
  then?: Step[];
}

/** What the functions of a row see. */
export interface Context {
  world: World;
  /** All answers so far, oldest first. */
  answers: Answer[];
  /** How many requests were sent so far. */
  sent: number;
}
