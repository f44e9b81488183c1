// A user's workflows as a folder, with a workflow for unknown types.

export async function fromFolder(): Promise<string> {
  return 'from the folder';
}

// eslint-disable-next-line no-restricted-exports -- Temporal's way to say: for types that are registered nowhere
export default async function anyType(): Promise<string> {
  return 'for any type';
}
