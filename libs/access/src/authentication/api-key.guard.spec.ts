import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiError } from '@sessions/contract';
import type { Logger } from '@sessions/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { newApiKey } from '../keys/api-key';
import { RateLimiter } from '../limits/rate-limiter';
import { FakeKeys } from '../testing/fake-keys';
import { ApiKeyGuard } from './api-key.guard';
import { Authenticator } from './authenticator';
import { KeyLookup } from './key-lookup';
import { Public } from './public.decorator';

class Routes {
  guarded(): void {}

  @Public()
  open(): void {}
}

@Public()
class OpenRoutes {
  route(): void {}
}

describe('ApiKeyGuard', () => {
  const keys = new FakeKeys();
  const key = keys.add();

  function guard(perSecond = 0): ApiKeyGuard {
    return guardOf(keys, perSecond);
  }

  function guardOf(known: FakeKeys, perSecond = 0): ApiKeyGuard {
    return new ApiKeyGuard(
      new Reflector(),
      new Authenticator(new KeyLookup(known.database), {} as Logger),
      new RateLimiter({ LIMIT_REQUESTS_PER_SECOND: perSecond }),
    );
  }

  function contextOf(
    request: object,
    reply: object,
    controller: new () => object = Routes,
    route = 'guarded',
  ): ExecutionContext {
    return {
      getHandler: () => (controller.prototype as Record<string, () => void>)[route],
      getClass: () => controller,
      switchToHttp: () => ({ getRequest: () => request, getResponse: () => reply }),
    } as unknown as ExecutionContext;
  }

  /** Sends a request with this Authorization header through the guard. */
  async function pass(
    authorization: string | undefined,
    {
      subject = guard(),
      controller,
      route,
    }: { subject?: ApiKeyGuard; controller?: new () => object; route?: string } = {},
  ): Promise<{ passed: boolean; request: { access?: object }; replyHeaders: object }> {
    const request: { headers: object; access?: object } = { headers: { authorization } };
    const replyHeaders = {};
    const reply = { headers: (headers: object) => Object.assign(replyHeaders, headers) };
    const context = contextOf(request, reply, controller, route);
    return { passed: await subject.canActivate(context), request, replyHeaders };
  }

  it.each(['Bearer', 'bearer', 'BEARER'])('takes the scheme %s', async (scheme) => {
    const { passed, request } = await pass(`${scheme} ${key}`);
    expect(passed).toBe(true);
    expect(request.access).toEqual({
      projectId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      project: expect.stringMatching(/^proj_/) as string,
      keyId: expect.stringMatching(/^key_/) as string,
      scopes: ['read', 'write'],
    });
  });

  it.each([
    [undefined, 'There is no API key: send'],
    ['', 'The Authorization header holds no bearer token: send'],
    [key, 'The Authorization header holds no bearer token: send'],
    ['Basic dXNlcjpwYXNz', 'The Authorization header holds no bearer token: send'],
    [`Bearer ${key} ${key}`, 'The Authorization header holds no bearer token: send'],
    ['Bearer abc', 'The API key is mistyped, revoked or expired'],
    [`Bearer ${newApiKey()}`, 'The API key is mistyped, revoked or expired'],
  ])('answers 401 to %j in a sentence', async (authorization, sentence) => {
    const refused: unknown = await pass(authorization).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({
      status: 401,
      message: expect.stringContaining(sentence) as string,
      headers: { 'WWW-Authenticate': expect.stringMatching(/^Bearer/) as string },
    });
  });

  it('lets anybody use a public route or controller', async () => {
    await expect(pass(undefined, { route: 'open' })).resolves.toMatchObject({ passed: true });
    await expect(pass(undefined, { controller: OpenRoutes, route: 'route' })).resolves.toMatchObject({
      passed: true,
    });
  });

  it('sends the rate limit with every answer, and 429 beyond it', async () => {
    const subject = guard(1);
    await expect(pass(`Bearer ${key}`, { subject })).resolves.toMatchObject({
      replyHeaders: { 'RateLimit-Policy': '"default";q=1;w=1', RateLimit: '"default";r=0;t=1' },
    });
    await expect(pass(`Bearer ${key}`, { subject })).rejects.toMatchObject({ status: 429 });
    await expect(pass(`Bearer ${key}`)).resolves.toMatchObject({ replyHeaders: {} });
  });

  it('tells whether the key of a request that goes on is still valid, and goes on where nobody can tell', async () => {
    const keysNow = new FakeKeys();
    const held = keysNow.add(new Date(Date.now() + 60_000));
    const request = { headers: { authorization: `Bearer ${held}` } } as unknown as FastifyRequest;
    const fresh = () => guardOf(keysNow);
    await expect(fresh().stillAdmits(request)).resolves.toBe(true);
    keysNow.state = 'down';
    await expect(fresh().stillAdmits(request)).resolves.toBe(true);
    keysNow.state = 'up';
    keysNow.revoke(held);
    await expect(fresh().stillAdmits(request)).resolves.toBe(false);
  });

  it('counts a request once that was admitted before it came to its route', async () => {
    const subject = guard(2);
    const [request, reply] = [{ headers: { authorization: `Bearer ${key}` } }, { headers: jest.fn() }];
    await subject.admit(request as unknown as FastifyRequest, reply as unknown as FastifyReply);
    const context = contextOf(request, reply);
    await expect(subject.canActivate(context)).resolves.toBe(true);
    expect(reply.headers).toHaveBeenCalledTimes(1);
    await expect(pass(`Bearer ${key}`, { subject })).resolves.toMatchObject({ passed: true });
    await expect(pass(`Bearer ${key}`, { subject })).rejects.toMatchObject({ status: 429 });
  });
});
