// A declaration as the text of `dlc.yaml`.

import { Document } from 'yaml';
import type { Declaration } from '../domain/declaration/schema';

/** Where an editor finds what a field is for and which ones there are, in a project that has the package. */
const SCHEMA = 'node_modules/datalake-lineage/dist/dlc.schema.json';

export function writeDeclaration(declaration: Declaration): string {
  const document = new Document(declaration, { schema: 'core', aliasDuplicateObjects: false });
  const dataflows = document.get('dataflows') as { items?: { key: { spaceBefore?: boolean } }[] } | undefined;
  for (const { key } of dataflows?.items ?? []) key.spaceBefore = true;
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false, nullStr: '' });
  return `# yaml-language-server: $schema=${SCHEMA}\n${text}`;
}
