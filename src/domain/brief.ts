/** Characters of a message that is kept among many others. */
const MAX_BRIEF = 500;

/** What went wrong, short: whoever failed tells it in full. */
export const brief = (message: string): string => message.slice(0, MAX_BRIEF).toWellFormed();
