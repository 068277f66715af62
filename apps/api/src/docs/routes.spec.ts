import { RequestMethod } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { createLogger, parseConfiguration } from '@sessions/runtime';
import { ApiModule } from '../api.module';
import { allowedMethods } from '../http/routes';
import { DIRECT_ROUTES } from '../sessions/sessions.module';
import { openApiDocument } from './openapi-document';

type Module = Type | DynamicModule;

const configuration = parseConfiguration({ DATABASE_URL: 'postgres://localhost/none', LOG_LEVEL: 'silent' });

function controllersOf(module: Module): Type[] {
  const own: Partial<DynamicModule> = 'module' in module ? module : {};
  const of = 'module' in module ? module.module : module;
  const declared = (key: string) => (Reflect.getMetadata(key, of) ?? []) as Type[];
  return [
    ...(own.controllers ?? []),
    ...declared(MODULE_METADATA.CONTROLLERS),
    ...[...(own.imports ?? []), ...declared(MODULE_METADATA.IMPORTS)].flatMap((one) =>
      controllersOf(one as Module),
    ),
  ];
}

/** `get /api/sessions/{sessionId}` for every handler of a controller. */
function routesOf(controller: Type): string[] {
  const prefix = String(Reflect.getMetadata(PATH_METADATA, controller));
  return Object.values(Object.getOwnPropertyDescriptors(controller.prototype)).flatMap(({ value }) => {
    const method =
      typeof value === 'function'
        ? (Reflect.getMetadata(METHOD_METADATA, value as object) as unknown)
        : undefined;
    if (method === undefined) return [];
    const path = documentedPath(`${prefix}/${String(Reflect.getMetadata(PATH_METADATA, value as object))}`);
    return [`${RequestMethod[method as number]?.toLowerCase()} ${path}`];
  });
}

/** `/api/sessions/:sessionId` as the document writes it. */
function documentedPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  return `/${parts.map((part) => (part.startsWith(':') ? `{${part.slice(1)}}` : part)).join('/')}`;
}

describe('the paths of the OpenAPI document', () => {
  const served = controllersOf(ApiModule.of(configuration, createLogger('api', configuration)))
    .flatMap(routesOf)
    .concat(DIRECT_ROUTES.map(({ method, path }) => `${method.toLowerCase()} ${documentedPath(path)}`))
    .filter((route) => !route.includes(' /docs'));
  const documented = Object.entries(openApiDocument(configuration).paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  );

  it('are what the API serves, and all of it', () => {
    expect(served.length).toBeGreaterThan(0);
    expect(documented.sort()).toEqual(served.sort());
  });

  it.each(documented)('are known to the 405: %s', (route) => {
    const [method = '', path = ''] = route.split(' ');
    expect(allowedMethods(path)).toContain(method.toUpperCase());
  });
});
