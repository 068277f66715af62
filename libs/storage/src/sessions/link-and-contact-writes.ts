import type { AcceptedSession, LinkKind, SessionRecord } from '@sessions/contract';
import type { Queryable } from '@sessions/runtime';

const INSERT_LINKS = {
  name: 'links_insert',
  text: `INSERT INTO session_links (project_id, kind, target_id, session_id)
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[])
    ON CONFLICT DO NOTHING`,
};

/** Not prepared: a plan made while the table was empty would read all of it once it is full. */
const DELETE_LINKS = `DELETE FROM session_links
  WHERE (project_id, session_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))`;

/** A contact of this id may be there already; one that another system gave the same address stays the only one with it. */
const INSERT_CONTACTS = {
  name: 'contacts_insert',
  text: `INSERT INTO contacts (project_id, id, email)
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[])
    ON CONFLICT DO NOTHING`,
};

/** Stores the links of new sessions and replaces those of changed ones. */
export async function writeLinks(
  connection: Queryable,
  created: readonly SessionRecord[],
  changed: readonly SessionRecord[],
): Promise<void> {
  if (changed.length > 0) {
    await connection.query(DELETE_LINKS, [
      changed.map(({ projectId }) => projectId),
      changed.map(({ id }) => id),
    ]);
  }
  const links = [...linksOf(created), ...linksOf(changed)];
  if (links.length === 0) return;
  await connection.query(INSERT_LINKS, [
    links.map(({ record }) => record.projectId),
    links.map(({ kind }) => kind),
    links.map(({ target }) => target),
    links.map(({ record }) => record.id),
  ]);
}

/** Each id that a session is linked to. Most sessions have none, and are passed over at no cost. */
function* linksOf(
  records: readonly SessionRecord[],
): Generator<{ record: SessionRecord; kind: LinkKind; target: string }> {
  for (const record of records) {
    for (const kind of Object.keys(record.linkedEntities) as LinkKind[]) {
      for (const target of record.linkedEntities[kind] ?? []) yield { record, kind, target };
    }
  }
}

/** Creates the contacts that the sessions name by e-mail address and that do not exist yet. */
export async function writeContacts(connection: Queryable, batch: readonly AcceptedSession[]): Promise<void> {
  const contacts = new Map<string, { projectId: string; id: string; email: string }>();
  for (const { projectId, contact } of batch) {
    if (contact !== undefined) contacts.set(`${projectId} ${contact.id}`, { projectId, ...contact });
  }
  if (contacts.size === 0) return;
  const inOrder = [...contacts.entries()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, value]) => value);
  await connection.query(INSERT_CONTACTS, [
    inOrder.map(({ projectId }) => projectId),
    inOrder.map(({ id }) => id),
    inOrder.map(({ email }) => email),
  ]);
}
