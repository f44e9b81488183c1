import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The project's root folder. */
export const root = join(__dirname, '..');

/** Every file under the folder, as sorted paths relative to it; none if there is no such folder. */
export function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** TypeScript is compiled; whatever else lies in src (SQL, schemas, the page) goes into the package as it is. */
export const isAsset = (path: string): boolean => !path.endsWith('.ts') && !path.endsWith('.md');
