import { rename, writeFile } from 'node:fs/promises';

/** Writes an object as JSON, readable by its owner only, all at once, so that nobody ever reads half of it. */
export async function writePrivateFile(file: string, content: object): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
