import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';

/** Characters kept in memory before they go to a file. */
const MEMORY = 1024 * 1024;

/**
 * Keeps an answer until the request has been read to its end, in memory while it is small and in a temporary file
 * beyond that. Clients that send everything before they read anything would otherwise block both sides.
 */
export class ResultSpool {
  private parts: string[] = [];
  private length = 0;
  private file: { handle: FileHandle; path: string } | undefined;

  async write(text: string): Promise<void> {
    this.parts.push(text);
    this.length += text.length;
    if (this.length > MEMORY) await this.flush();
  }

  /** All that was written, to be read once. The file goes when it has been read or given up. */
  async read(): Promise<Readable> {
    if (this.file === undefined) return Readable.from([this.parts.join('')]);
    await this.flush();
    const stream = this.file.handle.createReadStream({ start: 0, encoding: 'utf8' });
    stream.once('close', () => void this.discard());
    return stream;
  }

  /** Drops everything. */
  async discard(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    if (file === undefined) return;
    await file.handle.close();
    await rm(file.path, { force: true });
  }

  private async flush(): Promise<void> {
    this.file ??= await openTemporaryFile();
    await this.file.handle.write(this.parts.join(''));
    this.parts = [];
    this.length = 0;
  }
}

async function openTemporaryFile(): Promise<{ handle: FileHandle; path: string }> {
  const file = path.join(tmpdir(), `sessions-batch-${randomUUID()}.json`);
  return { handle: await open(file, 'wx+', 0o600), path: file };
}
