/**
 * `$1` the large project, `$2` and `$3` the first and last number, `$4` how many there will be, `$5` days. Most were
 * active within half an hour, some for weeks, a few for months. Contacts, companies and scopes are of very unequal size.
 */
export const SEED_SESSIONS = `
  INSERT INTO sessions (project_id, id, name, status, source, session_type, contact_id, user_metadata, custom_fields,
    tags, linked_entities, page_url, page_title, message_count, analysis_status, is_archived, is_human_takeover,
    first_message_at, last_activity_at, created_at, updated_at, version)
  SELECT project_id, uuidv7(created_at - now()), name, status, source, 'chat', contact_id,
    jsonb_build_object('email', 'person' || number || '@example.com', 'name', 'Person ' || number), '{}',
    tags, '{}', 'https://app.example.com/dashboard', 'Dashboard', 3, analysis_status, random() < 0.1,
    random() < 0.05, created_at, last_activity_at, created_at, last_activity_at, extract(epoch FROM created_at) * 1e6
  FROM (
    SELECT number, created_at,
      CASE WHEN of_project < 0.7 THEN $1::uuid
        WHEN of_project < 0.9 THEN '00000000-0000-7000-8000-000000000002'
        WHEN of_project < 0.95 THEN '00000000-0000-7000-8000-000000000003'
        ELSE ('00000000-0000-7000-8000-00000001' || lpad(floor(random() * 1000)::text, 4, '0'))::uuid END AS project_id,
      (ARRAY['Login flow confusion', 'Refund wanted', 'Export button does nothing', 'Dashboard loads slowly',
        'Billing question', 'Dark mode wish', 'Mobile app crash', 'Password reset', 'Import fails', 'Webhook failures'
        ])[1 + floor(random() * 10)::int] || CASE WHEN random() < 0.02 THEN ' (invoice)' ELSE '' END || ' #' || number AS name,
      CASE WHEN random() < 0.3 THEN 'active' ELSE 'closed' END AS status,
      (ARRAY['widget', 'intercom', 'slack', 'zendesk', 'api', 'gong', 'posthog', 'manual', 'github', 'fathom'])[
        width_bucket(random(), ARRAY[0, 0.35, 0.55, 0.70, 0.80, 0.88, 0.93, 0.97, 0.99, 0.999])] AS source,
      CASE WHEN of_contact < 0.5 THEN 'cont_' || floor(power(of_contact * 2, 4) * $4::float / 10) END AS contact_id,
      (ARRAY['{}', '{bug}', '{feature_request}', '{general_feedback}', '{change_request}', '{wins}', '{losses}',
        '{bug,change_request}', '{bug,feature_request}', '{general_feedback,wins}'])[
        width_bucket(random(), ARRAY[0, 0.4, 0.6, 0.75, 0.85, 0.9, 0.93, 0.935, 0.96, 0.98])]::text[] AS tags,
      CASE WHEN of_analysis < 0.6 THEN 'analyzed' WHEN of_analysis < 0.62 THEN 'failed' ELSE 'pending' END AS analysis_status,
      created_at + CASE WHEN of_activity < 0.9 THEN of_activity * interval '30 minutes'
        WHEN of_activity < 0.999 THEN (of_activity - 0.9) * 10 * interval '20 days'
        ELSE random() * interval '300 days' END AS last_activity_at
    FROM (
      SELECT number, random() AS of_project, random() AS of_contact, random() AS of_analysis, random() AS of_activity,
        date_trunc('milliseconds', now() - (1 - number / $4::float) * $5::float * interval '1 day') AS created_at
      FROM generate_series($2::int, $3::int) AS number
    ) AS drawn
  ) AS made`;

/** Three messages of each session, as long as those of the documented example. */
export const SEED_MESSAGES = `
  INSERT INTO session_messages (project_id, session_id, position, role, sender_type, content, created_at)
  SELECT project_id, id, position, role, sender_type, content, first_message_at + position * interval '15 seconds'
  FROM sessions CROSS JOIN (VALUES
    (0, 'user', 'user', 'I can''t figure out how to reset my password.'),
    (1, 'assistant', 'ai', 'I can help with that. Click the ''Forgot Password'' link on the login page.'),
    (2, 'user', 'user', 'There is no forgot password link. That''s the problem.')
  ) AS messages (position, role, sender_type, content)`;

/** Links of some sessions to one of `$1` companies and one of 50 product scopes. */
export const SEED_LINKS = `
  INSERT INTO session_links (project_id, kind, target_id, session_id)
  SELECT project_id, kind, target_id, id FROM (
    SELECT project_id, id, 'companies' AS kind, 'comp_' || floor(power(random(), 3) * $1::float) AS target_id
      FROM sessions WHERE random() < 0.4
    UNION ALL SELECT project_id, id, 'product_scopes', 'scope_' || floor(power(random(), 3) * 50)
      FROM sessions WHERE random() < 0.3
  ) AS links`;

/** Contacts of project `$1`, each of one of `$2` companies. */
export const SEED_CONTACTS = `
  INSERT INTO contacts (project_id, id, email, company_id)
  SELECT $1, 'cont_' || number, 'contact' || number || '@example.com', 'comp_' || number % $2::int
  FROM generate_series(1, 20000) AS number`;
