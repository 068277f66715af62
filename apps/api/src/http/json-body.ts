import { invalid } from '@sessions/contract';
import type { FastifyRequest } from 'fastify';
import { parseJson } from './body';
import { structureProblem } from './json-structure';

/** A JSON body: its text and its value. */
export class JsonBody {
  private constructor(
    readonly text: string,
    readonly value: unknown,
  ) {}

  /** Parses a body's text. @throws ApiError 400 */
  static parse(text: string): JsonBody {
    const message = structureProblem(text);
    if (message !== null) throw invalid([{ field: 'body', message }]);
    return new JsonBody(text, parseJson(text));
  }

  /** The JSON body of a request. @throws ApiError 400 when it has none */
  static of(request: FastifyRequest): JsonBody {
    if (request.body instanceof JsonBody) return request.body;
    throw invalid([{ field: 'body', message: 'The body must be JSON; it is empty.' }]);
  }
}
