import { readIfThere } from './read-if-there';

/** What a newcomer, and `demo`, need to call the API that `start` runs. */
export interface Quickstart {
  url: string;
  projectId: string;
  apiKey: string;
}

/** Reads the file; undefined when there is none or it is not whole. */
export async function readQuickstart(file: string): Promise<Quickstart | undefined> {
  const text = await readIfThere(file);
  return text === undefined ? undefined : parse(text);
}

function parse(text: string): Quickstart | undefined {
  try {
    const { url, projectId, apiKey } = JSON.parse(text) as Record<string, unknown>;
    if (typeof url !== 'string' || typeof projectId !== 'string' || typeof apiKey !== 'string')
      return undefined;
    return { url, projectId, apiKey };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
