// A user's workflow with the name of one of ours.

export async function dataflowRun(): Promise<void> {
  await Promise.resolve();
}
