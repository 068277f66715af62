import { ApiError } from '@sessions/contract';

/** The database that knows the API keys does not answer: a 503, as nobody can say whether the key is good. */
export class AccessUnavailableError extends ApiError {
  constructor(cause: unknown) {
    super(503, 'The API key cannot be checked at the moment; try again in a few seconds.', {
      headers: { 'Retry-After': '2' },
      cause,
    });
  }
}
