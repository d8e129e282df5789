/** What a JSON body says at a path. */

/** @param path names with dots between them: `data.object.id` @returns a text or number there, as text */
export function at(value: unknown, path: string): string | undefined {
  let found = value;
  for (const part of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined;
    found = (found as Record<string, unknown>)[part];
  }
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
}

/** Undefined where it is no JSON. */
export function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
