/** One thing that is wrong with a request. */
export interface ErrorDetail {
  /** Where: a body path such as `messages[3].content`, or the name of a query parameter or header. */
  field: string;
  /** One sentence that names the field and what is allowed. */
  message: string;
}

/** The body of every answer that is not a success. */
export interface ErrorBody {
  /** One human sentence that names the field and what is allowed, or what to do next. */
  error: string;
  /** One entry a problem, when there are several or when a machine may want the field. */
  details?: ErrorDetail[];
  /** The id under which the logs know this request. */
  request_id?: string;
}

/**
 * What the API answers instead of a result. Thrown anywhere behind a route; the exception filter turns it into an
 * `ErrorBody`. The message is shown to the client, so it holds no internals and no other tenant's data.
 */
export class ApiError extends Error {
  readonly details: ErrorDetail[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly status: number,
    message: string,
    options: { details?: ErrorDetail[]; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.details = options.details;
    this.headers = options.headers ?? {};
  }
}

/** Problems listed in one answer; a transcript of 20,000 wrong messages does not need 20,000 sentences. */
export const MAX_DETAILS = 20;

/** 400 for one or more wrong parameters. The first problem is the sentence, the first 20 of them are the details. */
export function invalid(details: [ErrorDetail, ...ErrorDetail[]]): ApiError {
  return new ApiError(400, details[0].message, { details: details.slice(0, MAX_DETAILS) });
}

/** 503 for something that passes by itself; `retryAfterSeconds` tells the client when to come back. */
export function unavailable(message: string, retryAfterSeconds = 1, cause?: unknown): ApiError {
  return new ApiError(503, message, { headers: { 'Retry-After': String(retryAfterSeconds) }, cause });
}
