/** Answers that were given, by idempotency key: the same key and request get the same answer. Bounded. */
export class KeptAnswers {
  private readonly kept = new Map<string, { request: string; answer: Promise<KeptAnswer> }>();

  constructor(private readonly most = 50_000) {}

  /** `conflict` when the key was used for another request. Calls at the same time share one answer. */
  async once(
    key: string | undefined,
    request: string,
    work: () => Promise<KeptAnswer>,
  ): Promise<KeptAnswer | 'conflict'> {
    if (key === undefined) return work();
    const known = this.kept.get(key);
    if (known !== undefined) return known.request === request ? known.answer : 'conflict';
    const answer = work();
    this.kept.set(key, { request, answer });
    const [oldest] = this.kept.keys();
    if (this.kept.size > this.most && oldest !== undefined) this.kept.delete(oldest);
    return answer;
  }

  clear(): void {
    this.kept.clear();
  }
}

export interface KeptAnswer {
  readonly status: number;
  readonly body: object;
  /** Until then the answer gets lost: the connection is cut. Milliseconds since 1970. */
  readonly lostUntilMs?: number;
}
