import type { Socket } from 'node:net';
import { answerClientError } from './client-error';

function answerTo(code: string): string {
  const end = jest.fn<void, [string]>();
  const socket = { destroyed: false, writable: true, end, destroy: jest.fn() };
  answerClientError(Object.assign(new Error('Parse Error'), { code }), socket as unknown as Socket);
  return end.mock.calls[0]?.[0] ?? '';
}

describe('answerClientError', () => {
  it.each([
    ['HPE_HEADER_OVERFLOW', 431, 'too long'],
    ['ERR_HTTP_REQUEST_TIMEOUT', 408, 'too long to arrive'],
    ['HPE_INVALID_METHOD', 400, 'no valid HTTP'],
  ])('answers %s with %i and a sentence, in the form of every error', (code, status, part) => {
    const [head = '', body = ''] = answerTo(code).split('\r\n\r\n');
    const { error, request_id: id } = JSON.parse(body) as { error: string; request_id: string };
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toContain(`X-Request-Id: ${id}`);
    expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}`);
    expect(error).toContain(part);
  });

  it('says nothing to a connection that is gone', () => expect(answerTo('ECONNRESET')).toBe(''));
});
