import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Projects, keys, sessions with their messages, links and contacts, and what the pipeline keeps beside them. */
export class Initial implements MigrationInterface {
  name = 'Initial1763750400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE projects (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now()
      );

      CREATE TABLE api_keys (
        project_id uuid NOT NULL REFERENCES projects (id),
        id uuid NOT NULL,
        name text NOT NULL,
        prefix text NOT NULL,
        key_hash bytea NOT NULL UNIQUE,
        scopes text[] NOT NULL,
        expires_at timestamptz(3),
        revoked_at timestamptz(3),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (project_id, id)
      );

      CREATE TABLE sessions (
        project_id uuid NOT NULL,
        id uuid NOT NULL,
        name text,
        description text,
        status text NOT NULL,
        source text NOT NULL,
        session_type text NOT NULL,
        contact_id text,
        user_metadata jsonb NOT NULL,
        custom_fields jsonb NOT NULL,
        tags text[] NOT NULL,
        linked_entities jsonb NOT NULL,
        page_url text,
        page_title text,
        external_source text,
        external_id text,
        message_count integer NOT NULL,
        analysis_status text NOT NULL DEFAULT 'pending',
        is_archived boolean NOT NULL DEFAULT false,
        is_human_takeover boolean NOT NULL DEFAULT false,
        first_message_at timestamptz(3),
        last_activity_at timestamptz(3) NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        version bigint NOT NULL,
        field_versions jsonb,
        messages_hash text,
        PRIMARY KEY (project_id, id)
      );
      CREATE INDEX sessions_list ON sessions (project_id, last_activity_at DESC, id DESC);
      CREATE INDEX sessions_created ON sessions (project_id, created_at);
      CREATE INDEX sessions_contact ON sessions (project_id, contact_id) WHERE contact_id IS NOT NULL;

      CREATE TABLE session_messages (
        project_id uuid NOT NULL,
        session_id uuid NOT NULL,
        position integer NOT NULL,
        role text NOT NULL,
        sender_type text NOT NULL,
        content text NOT NULL,
        created_at timestamptz(3) NOT NULL,
        PRIMARY KEY (project_id, session_id, position)
      );

      CREATE TABLE session_links (
        project_id uuid NOT NULL,
        kind text NOT NULL,
        target_id text NOT NULL,
        session_id uuid NOT NULL,
        PRIMARY KEY (project_id, kind, target_id, session_id)
      );
      CREATE INDEX session_links_session ON session_links (project_id, session_id);

      CREATE TABLE contacts (
        project_id uuid NOT NULL,
        id text NOT NULL,
        email text NOT NULL,
        company_id text,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (project_id, id),
        UNIQUE (project_id, email)
      );
      CREATE INDEX contacts_company ON contacts (project_id, company_id) WHERE company_id IS NOT NULL;

      CREATE SEQUENCE search_outbox_change;
      CREATE TABLE search_outbox (
        project_id uuid NOT NULL,
        session_id uuid NOT NULL,
        change bigint NOT NULL DEFAULT nextval('search_outbox_change'),
        queued_at timestamptz NOT NULL DEFAULT now(),
        attempts integer NOT NULL DEFAULT 0,
        claimed_until timestamptz,
        PRIMARY KEY (project_id, session_id)
      );

      CREATE TABLE dead_letters (
        project_id uuid NOT NULL,
        id uuid NOT NULL,
        kind text NOT NULL,
        session_id uuid NOT NULL,
        reason text NOT NULL,
        payload json NOT NULL,
        attempts integer NOT NULL DEFAULT 1,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        PRIMARY KEY (project_id, id)
      );
      CREATE INDEX dead_letters_session ON dead_letters (project_id, session_id);

      CREATE TABLE idempotency_keys (
        project_id uuid NOT NULL,
        key_hash bytea NOT NULL,
        body_hash bytea NOT NULL,
        version bigint NOT NULL,
        lease_until timestamptz,
        status integer,
        response text,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (project_id, key_hash)
      );
      CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

      CREATE TABLE queued_sessions (
        project_id uuid NOT NULL,
        session_id uuid NOT NULL,
        job_id text NOT NULL,
        version bigint NOT NULL,
        PRIMARY KEY (project_id, session_id, job_id)
      );
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
