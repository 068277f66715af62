import { first, last, messagesOf, sessionOf } from './matchers';
import type { Step } from './row';

/** A version of an external record. */
export const record = (external_id: string, further: object = {}) => ({
  external_source: 'rows',
  external_id,
  ...further,
});

/** The session as a GET shows it once everything accepted so far is stored. */
export function eventually(session: object, messages?: object[]): Step {
  return {
    request: (context) => ({ path: `/api/sessions/${sessionOf(first(context)).id}` }),
    expect: {
      status: 200,
      eventually: true,
      contains: { session },
      check: (context) => {
        if (messages) expect(messagesOf(last(context))).toMatchObject(messages);
      },
    },
  };
}

/** Sends a further version of the row's record, which must be an update of the same session. */
export function update(json: object, session: object = {}): Step {
  return {
    request: { json },
    expect: (context) => ({
      status: 200,
      contains: { session: { id: sessionOf(first(context)).id, ...session } },
    }),
  };
}
