// A declaration as the text of `dlc.yaml`.

import { Document, visit } from 'yaml';
import type { Declaration } from '../domain/declaration/schema';

/** Where an editor finds what a field is for and which ones there are, in a project that has the package. */
const SCHEMA = 'node_modules/datalake-lineage/dist/dlc.schema.json';

export function writeDeclaration(declaration: Declaration): string {
  const document = new Document(declaration, { schema: 'core', compat: 'yaml-1.1', aliasDuplicateObjects: false });
  const dataflows = document.get('dataflows') as { items?: { key: { spaceBefore?: boolean } }[] } | undefined;
  for (const { key } of dataflows?.items?.slice(1) ?? []) key.spaceBefore = true;
  visit(document, {
    Scalar: (position, node) => {
      if (typeof node.value === 'string' && needsQuotes(node.value, position === 'key')) node.type = 'QUOTE_DOUBLE';
    },
  });
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false, nullStr: '' });
  return `# yaml-language-server: $schema=${SCHEMA}\n${text}`;
}

/** What can't be seen, or would look like something else: `<<` is a merge for other readers. Lines of text are best as lines. */
function needsQuotes(text: string, isName: boolean): boolean {
  if (text === '<<' || (isName && text.includes('\n'))) return true;
  if (/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)) return true;
  return text.includes('\n') && (/^\s|\n\n$/.test(text) || text.split('\n').some((line) => line !== line.trimEnd()));
}
