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
  private file: FileHandle | undefined;

  /** Adds to the end. @throws Error of the file system when there is no room for it */
  async write(text: string): Promise<void> {
    this.parts.push(text);
    this.length += text.length;
    if (this.length > MEMORY) await this.flush(await this.openFile());
  }

  /** All that was written, to be read once. @throws Error of the file system when there is no room for the rest */
  async read(): Promise<Readable> {
    if (this.file === undefined) return Readable.from([this.parts.join('')]);
    await this.flush(this.file);
    const stream = this.file.createReadStream({ start: 0, encoding: 'utf8' });
    this.file = undefined;
    return stream;
  }

  /** Drops everything that is not being read. */
  async discard(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    await file?.close();
  }

  private async openFile(): Promise<FileHandle> {
    return (this.file ??= await openNamelessFile());
  }

  private async flush(file: FileHandle): Promise<void> {
    await file.appendFile(this.parts.join(''));
    this.parts = [];
    this.length = 0;
  }
}

/** A file that goes with its handle, however the process ends. */
async function openNamelessFile(): Promise<FileHandle> {
  const name = path.join(tmpdir(), `sessions-batch-${randomUUID()}.json`);
  const file = await open(name, 'wx+', 0o600);
  try {
    await rm(name);
  } catch (error) {
    await file.close();
    throw error;
  }
  return file;
}
