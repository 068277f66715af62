import { Query } from 'pg';

/** What `COPY` needs of pg's connection; its type declarations leave it out. */
interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/**
 * A `COPY … FROM STDIN` with its rows, which pg's own query refuses to send. A failure of the server reaches the
 * callback like that of any other statement.
 */
export class CopyIn extends Query {
  constructor(
    text: string,
    private readonly pieces: Iterable<Buffer>,
    done: (error: Error | undefined) => void,
  ) {
    super(text, done);
  }

  /** pg calls this once the server is ready for the rows. */
  handleCopyInResponse(connection: CopyConnection): void {
    for (const piece of this.pieces) connection.sendCopyFromChunk(piece);
    connection.endCopyFrom();
  }
}
