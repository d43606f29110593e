import { type AuditEntryDto, auditQueries, ok, refuse, type ListAudit } from '@baize/contracts';
import { GatewayUnderTest, problemOf } from '../fixtures/gateway-under-test';

/** An entry at a microsecond of one second, so that many fall on the same. */
function entry(service: string, number: number, micros: number): AuditEntryDto {
  const at = `2026-01-31T12:00:00.${String(micros).padStart(6, '0')}Z`;
  const actor = { kind: 'staff', id: 'ines' } as const;
  return { id: `${service}:${number}`, service, subject: 'p1', actor, action: 'a.b', details: {}, at };
}

/** Answers as a service would: its own entries, newest first, after the place that was asked for. */
function answer(entries: readonly AuditEntryDto[], { before, limit }: ListAudit): AuditEntryDto[] {
  const numberOf = ({ id }: AuditEntryDto) => BigInt(id.split(':')[1] ?? '');
  return entries
    .filter(
      (one) => !before || one.at < before.at || (one.at === before.at && numberOf(one) < BigInt(before.id)),
    )
    .sort((a, b) => (a.at === b.at ? Number(numberOf(b) - numberOf(a)) : a.at < b.at ? 1 : -1))
    .slice(0, limit);
}

describe('GET /v1/audit', () => {
  let gateway: GatewayUnderTest;
  let token: string;
  let asked: ListAudit[] = [];
  const logs: Record<string, AuditEntryDto[]> = {};

  beforeAll(async () => {
    gateway = await GatewayUnderTest.start();
    token = await gateway.token('operator');
    // three services with entries at the same few microseconds
    for (const { service } of auditQueries)
      logs[service] = Array.from({ length: 40 }, (_, i) => entry(service, i + 1, (i * 7) % 5));
  });
  afterAll(() => gateway.stop());
  beforeEach(() => {
    asked = [];
    for (const contract of auditQueries) {
      gateway.on(contract, (request) => {
        asked.push(request);
        return ok({ items: answer(logs[contract.service] ?? [], request) });
      });
    }
  });

  const list = async (query: string) => {
    const response = await gateway.call('GET', `/v1/audit?${query}`, { token });
    expect(response.status).toBe(200);
    return (await response.json()) as { items: AuditEntryDto[]; nextCursor: string | null };
  };

  it.each([1, 7, 50, 200])(
    'merges the logs of all services, each entry once, in pages of %i',
    async (limit) => {
      const seen: AuditEntryDto[] = [];
      for (let cursor = ''; ;) {
        const page = await list(`limit=${limit}${cursor && `&cursor=${cursor}`}`);
        expect(page.items.length).toBeLessThanOrEqual(limit);
        seen.push(...page.items);
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }
      expect(seen).toHaveLength(40 * auditQueries.length);
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
      expect(seen.map(({ at }) => at)).toEqual([...seen.map(({ at }) => at)].sort().reverse());
    },
  );

  it('asks for the subject and the brand', async () => {
    await list('subject=p1');
    expect(asked).toHaveLength(auditQueries.length);
    for (const request of asked) expect(request).toEqual({ brand: 'demo', subject: 'p1', limit: 51 });
  });

  it('is not answered in part: a service that is away or refuses fails the whole', async () => {
    const [first, second] = auditQueries;
    gateway.off(first!);
    expect((await gateway.call('GET', '/v1/audit', { token })).status).toBe(503);
    gateway.on(first!, () => ok({ items: [] }));
    gateway.on(second!, () => refuse('gateway.overloaded', 'not now'));
    expect((await gateway.call('GET', '/v1/audit', { token })).status).toBe(503);
  });

  it.each(['x', 'W10', Buffer.from('["2026-13-31T12:00:00.000000Z","wallet","1"]').toString('base64url')])(
    'refuses the cursor %s',
    async (cursor) => {
      const refused = await gateway.call('GET', `/v1/audit?cursor=${cursor}`, { token });
      expect(await problemOf(refused)).toMatchObject({ status: 422, errors: [{ path: '/cursor' }] });
    },
  );
});
