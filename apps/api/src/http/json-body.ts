import { invalid } from '@sessions/contract';
import type { FastifyRequest } from 'fastify';
import { parseJson } from './body';
import { assertParsable } from './json-structure';

/** A JSON body: its text and its value. */
export class JsonBody {
  private constructor(
    readonly text: string,
    readonly value: unknown,
  ) {}

  /**
   * Parses a body's text.
   *
   * @param mostValues as `assertParsable` takes it
   * @throws ApiError 400, 413
   */
  static parse(text: string, mostValues: number): JsonBody {
    assertParsable(text, mostValues);
    return new JsonBody(text, parseJson(text));
  }

  /**
   * Takes a request's JSON body off it, so that the body does not live as long as the request, which waits for the
   * queue. With 512 requests under way 2.7 MB survive a collection of the young; while requests kept their bodies, as
   * bytes and as JSON, it was 6.2.
   *
   * @throws ApiError 400 when it has none
   */
  static take(request: FastifyRequest): JsonBody {
    const { body } = request;
    if (body instanceof JsonBody) {
      request.body = undefined;
      return body;
    }
    throw invalid([{ field: 'body', message: 'The body must be JSON; it is empty.' }]);
  }
}
