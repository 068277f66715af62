import { Module } from '@nestjs/common';
import { QueueModule } from '@sessions/queue';
import { SearchModule } from '@sessions/search';
import { StorageModule } from '@sessions/storage';
import { BatchController } from './batch/batch.controller';
import { BatchService } from './batch/batch.service';
import { Acceptor } from './create/acceptor';
import { BacklogGauge } from './create/backlog-gauge';
import { Clock } from './create/clock';
import { CreateSessionController } from './create/create-session.controller';
import { CreateSessionService } from './create/create-session.service';
import { IdempotentAnswers } from './create/idempotent-answers';
import { sessionValidatorProvider } from './create/session-validator';
import { GetSessionService } from './read/get-session.service';
import { ListSessionsService } from './read/list-sessions.service';
import { SearchSessionsService } from './read/search-sessions.service';
import { SessionsController } from './read/sessions.controller';

/** The sessions resource: create, batch, list, search and get. */
@Module({
  imports: [StorageModule, QueueModule, SearchModule],
  controllers: [CreateSessionController, BatchController, SessionsController],
  providers: [
    sessionValidatorProvider,
    Clock,
    BacklogGauge,
    Acceptor,
    IdempotentAnswers,
    CreateSessionService,
    BatchService,
    SearchSessionsService,
    ListSessionsService,
    GetSessionService,
  ],
})
export class SessionsModule {}
