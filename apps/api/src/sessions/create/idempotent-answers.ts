import { Inject, Injectable } from '@nestjs/common';
import { ApiError, derivedUuid, unavailable } from '@sessions/contract';
import { LOGGER, sleep } from '@sessions/runtime';
import type { Logger } from '@sessions/runtime';
import { IdempotencyKeys } from '@sessions/storage';
import type { IdempotencyClaim, StoredAnswer } from '@sessions/storage';
import { Clock } from './clock';
import { Standstill } from './standstill';

/** A request that carries an idempotency key. */
export interface KeyedRequest {
  projectId: string;
  key: string;
  /** The body as it was sent, to tell whether the key comes with the same one. */
  text: string;
}

/** An answer, and whether it is the first one given again. */
export interface IdempotentAnswer extends StoredAnswer {
  replayed: boolean;
}

/** What is decided of a request with a key, and the same whenever it is sent again. */
export interface KeyedAttempt {
  readonly version: number;
  /**
   * The id of the session that it creates, or of that at a place of its batch. It hangs on the body as well, since a key is
   * forgotten after two days: of another request with it nothing would be stored under an id that is taken.
   */
  readonly idOf: (...place: string[]) => string;
}

/** Milliseconds that letting a key go may hold up the answer to a request that failed. */
const LET_GO_WITHIN_MS = 100;

/** Answers a request with an idempotency key once, and gives that answer again to every repetition. */
@Injectable()
export class IdempotentAnswers {
  private readonly standstill = new Standstill(() =>
    unavailable('The database does not answer right now; try again in a moment.', 1),
  );

  constructor(
    private readonly keys: IdempotencyKeys,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Does the work for the first request with the key. The version it gets is the key's own, the same when the work is
   * done again after a crash or a failure. A version of an external record becomes the newest then, as it does without a
   * key: left as old as the first time, one that was refused at first and accepted when it was repeated lost against what
   * came between. An answer that is not `final`, because sending the request again can do better, is not kept.
   *
   * @throws ApiError 409 while the first request is in flight, 422 when the key came with another body
   */
  async once(
    request: KeyedRequest,
    work: (attempt: KeyedAttempt) => Promise<StoredAnswer & { final: boolean }>,
  ): Promise<IdempotentAnswer> {
    const { projectId, key, text } = request;
    const claim = await this.claim(projectId, key, text);
    switch (claim.state) {
      case 'answered':
        return { ...claim.answer, replayed: true };
      case 'in-flight':
        throw new ApiError(
          409,
          'A request with this Idempotency-Key is still in flight; try again in a moment.',
          {
            headers: { 'Retry-After': '1' },
          },
        );
      case 'other-body':
        throw new ApiError(
          422,
          'This Idempotency-Key was used with another body; use a new key for a new session.',
        );
      case 'mine': {
        const { version, bodyHash } = claim;
        const parts = ['idempotency', projectId, key, ...(bodyHash === null ? [] : [bodyHash])];
        return this.first(request, () =>
          work({ version, idOf: (...place) => derivedUuid(...parts, ...place) }),
        );
      }
    }
  }

  /** A claim that comes after its request was refused is let go, or it would keep the next request from the key. */
  private claim(projectId: string, key: string, text: string): Promise<IdempotencyClaim> {
    const asked = { refused: false };
    const claiming = this.keys.claim(projectId, key, text, this.clock.next()).then(async (claim) => {
      this.standstill.moved();
      if (asked.refused && claim.state === 'mine') await this.letGo(projectId, key);
      return claim;
    });
    return this.standstill.orRefuse(asked, (resolve, reject) => void claiming.then(resolve, reject));
  }

  private async first(
    { projectId, key }: KeyedRequest,
    work: () => Promise<StoredAnswer & { final: boolean }>,
  ): Promise<IdempotentAnswer> {
    try {
      const { final, ...answer } = await work();
      if (final) await this.keys.answer(projectId, key, answer);
      else await this.letGo(projectId, key);
      return { ...answer, replayed: false };
    } catch (error) {
      // What is away for the work may be away for this too, and its client is to hear of it soon.
      const gone = new AbortController();
      const lettingGo = this.letGo(projectId, key).finally(() => gone.abort());
      await Promise.race([lettingGo, sleep(LET_GO_WITHIN_MS, gone.signal)]);
      throw error;
    }
  }

  /** If this fails too, the key's lease ends by itself. */
  private async letGo(projectId: string, key: string): Promise<void> {
    try {
      await this.keys.release(projectId, key);
    } catch (err) {
      this.logger.debug({ err }, 'An idempotency key could not be let go; its lease ends by itself.');
    }
  }
}
