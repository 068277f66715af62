import { ApiKey, ApiKeys, Project, SCOPES } from '@sessions/access';
import type { ApiKeyInfo } from '@sessions/access';
import { decodeId, encodeId } from '@sessions/contract';
import { parseArgs } from 'node:util';
import { commandOf } from '../command';
import type { CommandContext } from '../command';
import { UsageError } from '../errors';
import { withDatabase } from '../database';
import { parseMoment } from '../moment';
import { json, project, projectOf } from '../options';
import { table } from '../table';

/** `keys create`, `keys list` and `keys revoke`, each for one project. */
export const keysCommand = commandOf('keys', { create, list, revoke });

async function create(args: string[], context: CommandContext): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      json,
      project,
      name: { type: 'string', default: 'default' },
      scopes: { type: 'string', default: SCOPES.join(',') },
      expires: { type: 'string' },
    },
  });
  const projectId = oneProject(values.project);
  const wanted = {
    name: values.name,
    scopes: values.scopes.split(',').map((scope) => scope.trim()),
    expiresAt: values.expires === undefined ? null : parseMoment('--expires', values.expires),
  };
  const { key, info } = await withKeys(context, (keys) => keys.create(projectId, wanted));
  if (values.json) return context.print(JSON.stringify({ ...viewOf(info), key }));
  context.print(
    `Created key ${encodeId('key', info.id)} (${info.name}); it may ${info.scopes.join(' and ')}.`,
  );
  context.print(`\n  ${key}\n`);
  context.print('Store it now, in a secret store: it is kept nowhere and cannot be shown again.');
}

async function list(args: string[], context: CommandContext): Promise<void> {
  const { values } = parseArgs({ args, options: { json, project } });
  const projectId = oneProject(values.project);
  const keys = (await withKeys(context, (all) => all.list(projectId))).map(viewOf);
  if (values.json) return context.print(JSON.stringify({ keys }));
  if (keys.length === 0) return context.print('The project has no key yet; `keys create` makes one.');
  const rows = keys.map((key) => [
    key.id,
    key.name,
    `${key.prefix}…`,
    key.scopes.join(','),
    key.expires_at ?? 'never',
    key.revoked_at ?? 'no',
    key.created_at,
  ]);
  context.print(table(['ID', 'NAME', 'KEY', 'SCOPES', 'EXPIRES', 'REVOKED', 'CREATED'], rows));
}

async function revoke(args: string[], context: CommandContext): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json, project } });
  const projectId = oneProject(values.project);
  const keyId = decodeId('key', positionals[0] ?? '');
  if (keyId === null || positionals.length > 1) {
    throw new UsageError('Give one key id, such as key_…; `keys list` shows them.');
  }
  const info = await withKeys(context, (keys) => keys.revoke(projectId, keyId));
  if (values.json) context.print(JSON.stringify(viewOf(info)));
  else
    context.print(
      `Revoked key ${encodeId('key', info.id)} (${info.name}); it stops working within 5 seconds.`,
    );
}

function oneProject(text: string | undefined): string {
  const projectId = projectOf(text);
  if (projectId !== null) return projectId;
  throw new UsageError('Say which project with --project proj_…; `projects list` shows them.');
}

function viewOf(info: ApiKeyInfo) {
  return {
    id: encodeId('key', info.id),
    project_id: encodeId('proj', info.projectId),
    name: info.name,
    prefix: info.prefix,
    scopes: info.scopes,
    expires_at: info.expiresAt?.toISOString() ?? null,
    revoked_at: info.revokedAt?.toISOString() ?? null,
    created_at: info.createdAt.toISOString(),
  };
}

function withKeys<Result>(
  context: CommandContext,
  work: (keys: ApiKeys) => Promise<Result>,
): Promise<Result> {
  return withDatabase(context.configuration(), [Project, ApiKey], (dataSource) =>
    work(new ApiKeys(dataSource.getRepository(ApiKey), dataSource.getRepository(Project))),
  );
}
