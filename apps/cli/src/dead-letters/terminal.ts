import { createInterface } from 'node:readline/promises';

/** Somebody who can be asked, if anybody is there. */
export interface Terminal {
  interactive: boolean;
  ask(question: string): Promise<string>;
}

/** The terminal that this process runs in. Questions go to standard error, so that standard output has results alone. */
export function processTerminal(): Terminal {
  const { stdin: input, stderr: output } = process;
  return {
    interactive: input.isTTY === true && output.isTTY === true,
    ask: async (question) => {
      const lines = createInterface({ input, output });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    },
  };
}
