import { Query } from 'pg';

/** What `COPY` needs of pg's connection; its type declarations leave it out. */
interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/**
 * A `COPY … FROM STDIN` with its rows, which pg's own query refuses to send. A failure of the server reaches the
 * callback like that of any other statement, and so does what `pieces` throws.
 */
export class CopyIn extends Query {
  private failure: Error | undefined;

  constructor(
    text: string,
    private readonly pieces: Iterable<Buffer>,
    done: (error: Error | undefined) => void,
  ) {
    super(text, (error: Error | undefined) => done(this.failure ?? error));
  }

  /** pg calls this, from an event, once the server is ready for the rows: an exception would end the process. */
  handleCopyInResponse(connection: CopyConnection): void {
    try {
      for (const piece of this.pieces) connection.sendCopyFromChunk(piece);
      connection.endCopyFrom();
    } catch (error) {
      this.failure =
        error instanceof Error ? error : new Error('The rows could not be made.', { cause: error });
      connection.sendCopyFail('the rows could not be made');
    }
  }
}
