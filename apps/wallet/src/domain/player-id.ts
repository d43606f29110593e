const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Ids are opaque to callers; ours are lower-case UUIDs, so anything else names nobody. */
export function isOurId(id: string): boolean {
  return uuid.test(id);
}
