import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { QueueContext, SESSIONS_ACCEPTED } from '@sessions/queue';
import type { Patterns } from '@sessions/queue';
import { Persister } from './persister';

/** Stores accepted sessions. A job is done only after the commit. */
@Controller()
export class PersistController {
  constructor(private readonly persister: Persister) {}

  @EventPattern<string>(SESSIONS_ACCEPTED)
  handle(
    @Payload() { sessions }: Patterns[typeof SESSIONS_ACCEPTED],
    @Ctx() context: QueueContext,
  ): Promise<void> {
    return this.persister.persist(context.jobId, sessions);
  }
}
