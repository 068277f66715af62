import { HttpException, NotFoundException } from '@nestjs/common';
import { ApiError, invalid } from '@sessions/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendError, toApiError } from './error-body';

const request = (method = 'GET', url = '/api/sessions?projectId=x') =>
  ({ id: 'req-1', method, url, log: { error: jest.fn() } }) as unknown as FastifyRequest;

function sent(error: ApiError, of = request()) {
  const given: unknown[] = [];
  const note = (value: unknown) => {
    given.push(value);
    return reply;
  };
  const reply = { code: note, headers: note, type: note, send: note };
  sendError(error, of, reply as unknown as FastifyReply);
  const [status, headers, type, body] = given;
  return { status, headers, type, body };
}

const coded = (properties: object) => Object.assign(new Error('internal'), properties);

describe('toApiError', () => {
  it('passes on what was said on purpose', () => {
    const error = new ApiError(422, 'No.');
    expect(toApiError(error, request())).toBe(error);
  });

  it.each<[string, unknown]>([
    ['an error', new Error('SELECT secret FROM sessions')],
    ['an error of the database', coded({ code: '22P05', detail: 'secret', parameters: ['secret'] })],
    ['an error of the framework', coded({ statusCode: 500 })],
    ['an exception of Nest', new HttpException('secret', 500)],
    ['text', 'secret'],
    ['nothing', undefined],
    ['null', null],
  ])('tells of %s nothing but that it is our fault', (_what, error) => {
    const answer = sent(toApiError(error, request()));
    expect(answer).toMatchObject({
      status: 500,
      body: {
        error: 'Something went wrong on our side; try again, and report the request_id if it stays.',
        request_id: 'req-1',
      },
    });
    expect(Object.keys(answer.body as object)).toEqual(['error', 'request_id']);
  });

  it.each([coded({ code: 'ECONNREFUSED' }), coded({ code: '57P01' })])(
    'says to come back, and no more, when the database is away: %p',
    (error) => {
      const told = toApiError(error, request());
      expect(told).toMatchObject({
        status: 503,
        headers: { 'Retry-After': expect.stringMatching(/^\d$/) as string },
      });
      expect(told.message).toMatch(/try again in a moment\.$/);
    },
  );

  it.each([
    [coded({ statusCode: 400, code: 'FST_ERR_BAD_URL' }), 400, 'its address or its headers cannot be read'],
    [
      coded({ statusCode: 415, code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' }),
      415,
      'The Content-Type must be application/json',
    ],
    [coded({ statusCode: 413 }), 413, 'The request is too large'],
    [coded({ statusCode: 418 }), 418, 'The request is not one that this API takes.'],
  ])('puts what the framework says of %p into a sentence', (error, status, sentence) => {
    const told = toApiError(error, request());
    expect(told).toMatchObject({ status });
    expect(told.message).toContain(sentence);
    expect(told.message).not.toContain('internal');
  });

  it('tells an unknown address from a wrong method', () => {
    expect(toApiError(new NotFoundException('Cannot GET /x'), request('GET', '/x?y'))).toMatchObject({
      status: 404,
      message: 'There is nothing at this address; see /docs for what there is.',
    });
    expect(toApiError(new NotFoundException(), request('DELETE'))).toMatchObject({
      status: 405,
      message: 'DELETE is not possible here; allowed are GET, HEAD, POST.',
      headers: { Allow: 'GET, HEAD, POST' },
    });
  });
});

describe('sendError', () => {
  it('sends sentence, details and id of the request as JSON', () => {
    const details = [{ field: 'limit', message: 'limit must be 5.' }] as const;
    expect(sent(invalid([...details]))).toEqual({
      status: 400,
      headers: {},
      type: 'application/json; charset=utf-8',
      body: { error: 'limit must be 5.', request_id: 'req-1', details },
    });
  });

  it('logs what is ours to look into, with its cause, and nothing of what clients do wrong', () => {
    const cause = new Error('why');
    const of = request();
    sent(new ApiError(500, 'x', { cause }), of);
    expect(of.log.error).toHaveBeenCalledWith(expect.objectContaining({ err: cause }), 'x');
    const other = request();
    sent(new ApiError(404, 'x'), other);
    expect(other.log.error).not.toHaveBeenCalled();
  });
});
