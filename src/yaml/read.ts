// Reads `dlc.yaml`, or several of them as one: the declaration, and where each of its parts stands.

import { LineCounter, parseAllDocuments } from 'yaml';
import type { Document } from 'yaml';
import type { DeclarationProblem } from '../domain/declaration/problems';
import { locate } from './locate';
import { readText, refused, STDIN } from './text';
import type { PlacedProblem, Position } from './text';
import { valueOf } from './value';
import type { Complaint } from './value';

export interface DeclarationFile {
  /** As its author wrote it: whether it is a declaration, the domain says. */
  readonly declaration: unknown;
  /** For people. */
  readonly name: string;
  place(problem: DeclarationProblem): PlacedProblem;
}

interface ParsedFile {
  readonly file: string;
  readonly document: Document.Parsed;
  readonly value: unknown;
  readonly at: (offset: number) => Position;
}

/** @throws InvalidArgumentError that says FILE:LINE:COLUMN of all that is no YAML, or is there twice. */
export function readDeclarationFiles(files: readonly string[]): DeclarationFile {
  const parsed = [...new Set(files)].map((file) => parse(file === STDIN ? 'stdin' : file, readText(file)));
  const [only] = parsed;
  const declaration = only && parsed.length === 1 ? only.value : merge(parsed);
  return {
    declaration,
    name: parsed.map(({ file }) => file).join(', '),
    place: ({ path, ofName, message }) => {
      const places = parsed.map((file) => ({ file, ...locate(file.document, path, ofName) }));
      const { file, offset } = places.reduce((best, next) => (next.depth > best.depth ? next : best));
      return { ...file.at(offset), message };
    },
  };
}

function parse(file: string, text: string): ParsedFile {
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const complaints: Complaint[] = [];
  const document = parseText(text, lines, at);
  for (const { pos, message } of [...document.errors, ...document.warnings]) {
    const told = inWords(message);
    // The parser may give up several times on its way out.
    if (told === TOO_DEEP && complaints.some((complaint) => complaint.message === TOO_DEEP)) continue;
    complaints.push({ offset: pos[0], message: told });
  }
  const value = complaints.length === 0 ? valueOf(document, complaints) : null;
  if (complaints.length === 0) return { file, document, value, at };
  throw refused(
    complaints.map(({ offset, before, message }) => {
      const first = before === undefined ? '' : `, first in line ${String(at(before).line)}.`;
      return { ...at(offset), message: `${message}${first}` };
    }),
  );
}

function parseText(text: string, lineCounter: LineCounter, at: (offset: number) => Position): Document.Parsed {
  const documents = parseAllDocuments(text, {
    lineCounter,
    schema: 'core',
    merge: false,
    // A date would be no JSON, and a set no list.
    resolveKnownTags: false,
    stringKeys: true,
    // Told by ourselves, with where it was before.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const [document, another] = Array.isArray(documents) ? documents : [];
  if (!document) throw refused([{ ...at(0), message: 'There is nothing in this file. It begins with version: 1.' }]);
  if (!another) return document;
  throw refused([{ ...at(another.range[0]), message: 'A second document begins here (---). Keep one in a file.' }]);
}

const TOO_DEEP = 'This is nested too deep to be read.';

/** The parser's words, without the place and the text that it adds. */
function inWords(message: string): string {
  if (message.includes('Maximum call stack')) return TOO_DEEP;
  return message.replace(/\s+at line \d+, column \d+:[^]*$/, '.');
}

/** Each dataflow is in one of them; what they have in common they have alike. */
function merge(files: readonly ParsedFile[]): unknown {
  const merged: Record<string, unknown> = {};
  const dataflows = new Map<string, unknown>();
  const problems: PlacedProblem[] = [];
  const owner = new Map<string, ParsedFile>();
  const clash = (path: readonly string[], file: ParsedFile, what: string): void => {
    const first = owner.get(path.join('\n'));
    const before = first?.at(locate(first.document, path, true).offset);
    const where = before ? `${before.file}:${before.line}:${before.column}` : '';
    problems.push({ ...file.at(locate(file.document, path, true).offset), message: `${what} ${where}.` });
  };
  for (const file of files) {
    if (!isMap(file.value)) {
      problems.push({ ...file.at(0), message: 'A file must be a map with version: 1 and dataflows.' });
      continue;
    }
    if (!('version' in file.value)) problems.push({ ...file.at(0), message: 'This file has no version: 1.' });
    for (const [name, value] of Object.entries(file.value)) {
      if (name === 'dataflows' && isMap(value)) {
        for (const [key, dataflow] of Object.entries(value)) {
          const path = ['dataflows', key];
          if (dataflows.has(key)) clash(path, file, `${key} is declared already in`);
          else owner.set(path.join('\n'), file);
          dataflows.set(key, dataflow);
        }
      } else if (owner.has(name) && JSON.stringify(merged[name]) !== JSON.stringify(value)) {
        clash([name], file, `${name} isn't the same as in`);
      } else if (!owner.has(name)) {
        owner.set(name, file);
        merged[name] = value;
      }
    }
  }
  if (problems.length > 0) throw refused(problems);
  return { ...merged, ...(!('dataflows' in merged) && { dataflows: Object.fromEntries(dataflows) }) };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
