import type {
  EngineHits,
  EngineQuery,
  IndexOutcome,
  IndexTask,
  SearchDocument,
  SearchDocumentKey,
  SearchEngine,
} from '@sessions/search';

/** A search engine that does what the test tells it to, and remembers what it was given. */
export class ScriptedEngine implements SearchEngine {
  readonly name = 'scripted';
  readonly batchSize = 1000;
  batchesInFlight = 6;
  lingerMs = 0;
  /** Every batch that was submitted. */
  readonly batches: { documents: SearchDocument[]; removals: SearchDocumentKey[]; claim?: string }[] = [];
  /** The last version of each session that was indexed. */
  readonly indexed = new Map<string, SearchDocument>();
  readonly queries: EngineQuery[] = [];
  /** Rejects everything while set. */
  away = false;
  /** Tasks end only while this is open. */
  private gate: Promise<void> = Promise.resolve();
  private openGate: () => void = () => undefined;
  /** Refuses batches that hold such a session. */
  refuses: (document: SearchDocument) => boolean = () => false;
  /** Fails batches that hold such a session, without saying that the session is at fault. */
  crashesOf: (document: SearchDocument) => boolean = () => false;
  hits: EngineHits = { sessionIds: [], total: 0 };

  /** Holds back the end of all tasks until `release()`. */
  hold(): void {
    this.gate = new Promise((resolve) => {
      this.openGate = resolve;
    });
  }

  release(): void {
    this.openGate();
  }

  /** What was submitted and has not ended when the engine was prepared; undefined before that. */
  unsettledAtPreparation: number | undefined;
  prepared = true;
  private unsettled = 0;

  async isPrepared(): Promise<boolean> {
    await this.check();
    return this.prepared;
  }

  async prepare(): Promise<void> {
    await this.check();
    this.unsettledAtPreparation = this.unsettled;
    this.prepared = true;
  }

  async submit(
    documents: SearchDocument[],
    removals: SearchDocumentKey[],
    claim?: string,
  ): Promise<IndexTask> {
    await this.check();
    this.batches.push({ documents, removals, ...(claim === undefined ? {} : { claim }) });
    this.unsettled++;
    return { settled: () => this.settle(documents, removals).finally(() => this.unsettled--) };
  }

  search(query: EngineQuery): Promise<EngineHits> {
    this.queries.push(query);
    return Promise.resolve(this.hits);
  }

  check(): Promise<void> {
    return this.away ? Promise.reject(new Error('The engine is away.')) : Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async settle(documents: SearchDocument[], removals: SearchDocumentKey[]): Promise<IndexOutcome> {
    await this.gate;
    await this.check();
    if (documents.some(this.refuses)) return { status: 'failed', reason: 'It is refused.' };
    if (documents.some(this.crashesOf)) return { status: 'failed', reason: 'It crashed.', mayPass: true };
    for (const document of documents) this.indexed.set(document.sessionId, document);
    for (const { sessionId } of removals) this.indexed.delete(sessionId);
    return { status: 'succeeded' };
  }
}
