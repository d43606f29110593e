import type { NationalRegister, RegisterAnswer, RegisterSubject } from '../../domain/national-register';

/** The header `X-Exclusion`: excluded, not registered, registered once and removed by the person's own wish. */
const answers: Readonly<Record<string, RegisterAnswer | undefined>> = {
  Y: 'excluded',
  N: 'clear',
  P: 'removed',
};

/**
 * Asks a register in the form of GAMSTOP's API v2: a form with the person's data and an `X-API-Key`, answered by a header.
 * Any other answer, and none in time, is none. What was sent is told to nobody else, not even in an error.
 */
export class HttpRegister implements NationalRegister {
  constructor(
    private readonly url: string,
    private readonly apiKey: string,
  ) {}

  async check(subject: RegisterSubject, timeoutMs: number): Promise<RegisterAnswer | undefined> {
    const { firstName, lastName, dateOfBirth, email, address, phone } = subject;
    const body = new URLSearchParams({
      firstName,
      lastName,
      dateOfBirth,
      email,
      postcode: address.postalCode,
    });
    if (phone !== undefined) body.set('mobile', phone);
    try {
      const answer = await fetch(this.url, {
        ...{ method: 'POST', body, redirect: 'error', headers: { 'x-api-key': this.apiKey } },
        signal: AbortSignal.timeout(timeoutMs),
      });
      await answer.body?.cancel();
      if (answer.status !== 200) return undefined;
      return answers[answer.headers.get('x-exclusion') ?? ''];
    } catch {
      return undefined;
    }
  }
}
