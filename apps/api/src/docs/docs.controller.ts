import { createReadStream } from 'node:fs';
import path from 'node:path';
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { Public } from '@sessions/access';
import { ApiError } from '@sessions/contract';
import { CONFIGURATION } from '@sessions/runtime';
import type { Configuration } from '@sessions/runtime';
import type { FastifyReply } from 'fastify';
import { openApiDocument } from './openapi-document';
import { ASSETS, PAGE, PAGE_HEADERS, PAGE_PATH } from './page/page';

const UI_FOLDER = path.dirname(require.resolve('swagger-ui-dist/package.json'));

/** Browsers ask again after this many seconds, so that an upgrade shows. */
const CACHE = 'public, max-age=3600';

/**
 * `GET /api/openapi.json`, and `GET /docs` with what it loads: Swagger UI, from this server alone. Scalar looks better
 * but needs Node 22, 24 MB for 13 and settings to keep it from calling its makers.
 */
@Public()
@Controller()
export class DocsController {
  private readonly document: string;

  constructor(@Inject(CONFIGURATION) configuration: Configuration) {
    this.document = JSON.stringify(openApiDocument(configuration));
  }

  /** The OpenAPI document, built once. */
  @Get('api/openapi.json')
  openApi(@Res() reply: FastifyReply): void {
    void reply.type('application/json; charset=utf-8').send(this.document);
  }

  /** The page for people. */
  @Get(PAGE_PATH)
  page(@Res() reply: FastifyReply): void {
    void reply.headers(PAGE_HEADERS).type('text/html; charset=utf-8').send(PAGE);
  }

  /** What the page loads. @throws ApiError 404 for anything else */
  @Get(`${PAGE_PATH}/:file`)
  asset(@Param('file') file: string, @Res() reply: FastifyReply): void {
    const asset = ASSETS.find(({ name }) => name === file);
    if (asset === undefined) throw new ApiError(404, 'There is no such file; the page is at /docs.');
    void reply
      .headers(PAGE_HEADERS)
      .header('Cache-Control', CACHE)
      .type(asset.type)
      .send(asset.content ?? createReadStream(path.join(UI_FOLDER, asset.name)));
  }
}
