import { BaseRpcContext } from '@nestjs/microservices';
import type { Job } from 'bullmq';

/** What a handler may know of the job it works on. */
export class QueueContext extends BaseRpcContext<[Job]> {
  /** The job's id; the same when the job is delivered again. */
  get jobId(): string {
    return this.args[0].id ?? '';
  }

  /** Failed attempts before this one. */
  get attemptsMade(): number {
    return this.args[0].attemptsMade;
  }
}
