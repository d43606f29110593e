import type { FastifyInstance } from 'fastify';
import { defaultBookSettings } from './book';
import { isPayFaultName, namesOf, noPayFaults, type PayFaultName } from './faults';
import type { PspPayment } from './payment';
import type { PspRecord } from './record';
import type { PspDesk } from './desk';
import { plantedDifferences, settlementCsv, type PlantedDifference } from './settlement';

const mostRecords = 5_000;

interface SettingsForm {
  readonly faults?: Readonly<Record<string, unknown>>;
  readonly seed?: unknown;
  readonly minuteMs?: unknown;
}

/** What the sandbox's own tools ask of it: faults, books, chargebacks, settlement files. No PSP has these. */
export function serveControl(app: FastifyInstance, desks: readonly PspDesk[]): void {
  const deskOf = (psp: string): PspDesk | undefined => desks.find((desk) => desk.psp === psp);
  app.put<{ Body: SettingsForm | null }>('/psps/settings', async (request, reply) => {
    const settings = readSettings(request.body ?? {});
    if (typeof settings === 'string') return reply.code(422).send({ error: settings });
    for (const desk of desks) desk.book.settings = settings;
    return settings;
  });
  app.get<{ Querystring: { since?: string; reference?: string } }>('/psps/books', (request) => {
    const { reference } = request.query;
    if (reference !== undefined) {
      const found = desks.flatMap(({ book }) => book.of(reference) ?? []);
      return { items: found.map(recordOf), truncated: false };
    }
    const since = Number(request.query.since ?? 0) || 0;
    const items = desks.flatMap((desk) => desk.book.all()).filter(({ createdAtMs }) => createdAtMs >= since);
    return { items: items.slice(-mostRecords).map(recordOf), truncated: items.length > mostRecords };
  });
  app.get('/psps/webhooks', () =>
    Object.fromEntries(
      desks.map(({ psp, sender }) => [psp, { ...sender.tally, waiting: sender.waitingCount }]),
    ),
  );
  app.post<{ Params: { psp: string; id: string } }>(
    '/psps/:psp/payments/:id/reversals',
    async (request, reply) => {
      const desk = deskOf(request.params.psp);
      const payment = desk?.book.get(request.params.id) ?? desk?.book.of(request.params.id);
      if (desk === undefined || payment === undefined)
        return reply.code(404).send({ error: 'no such payment' });
      if (payment.status !== 'paid')
        return reply.code(409).send({ error: `the payment is ${payment.status}` });
      await desk.reverse(payment);
      return reply.code(201).send(recordOf(payment));
    },
  );
  app.get<{ Params: { psp: string; file: string }; Querystring: { plant?: string } }>(
    '/psps/:psp/settlements/:file',
    (request, reply) => {
      const desk = deskOf(request.params.psp);
      const day = /^(\d{4}-\d\d-\d\d)\.csv$/.exec(request.params.file)?.[1];
      if (desk === undefined || day === undefined || Number.isNaN(Date.parse(day)))
        return reply.code(404).send({ error: 'no such file' });
      const plant = request.query.plant ?? 'none';
      if (!isPlanted(plant))
        return reply.code(422).send({ error: `plant is one of ${plantedDifferences.join(', ')}` });
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${desk.psp}-${day}.csv"`)
        .send(settlementCsv(desk.book.all(), day, plant));
    },
  );
}

function readSettings({ faults = {}, seed, minuteMs }: SettingsForm): typeof defaultBookSettings | string {
  const rates: Record<PayFaultName, number> = { ...noPayFaults };
  for (const [name, rate] of Object.entries(faults)) {
    if (!isPayFaultName(name)) return `unknown fault "${name.slice(0, 40)}"`;
    if (typeof rate !== 'number' || !(rate >= 0 && rate <= 1)) return `${name} must be between 0 and 1`;
    rates[name] = rate;
  }
  const lasts = minuteMs ?? defaultBookSettings.minuteMs;
  if (typeof lasts !== 'number' || !(lasts >= 1 && lasts <= 60_000))
    return 'minuteMs must be from 1 to 60000';
  if (seed !== undefined && (typeof seed !== 'string' || seed.length > 100)) return 'seed must be text';
  return { rates, seed: seed ?? defaultBookSettings.seed, minuteMs: lasts };
}

function recordOf(payment: PspPayment): PspRecord {
  const { psp, kind, id, reference, asked, moved, currency, status, plan, instrument, createdAtMs } = payment;
  const amounts = { asked: asked.toString(), moved: moved.toString(), currency };
  return { psp, kind, id, reference, ...amounts, status, planned: namesOf(plan), instrument, createdAtMs };
}

function isPlanted(name: string): name is PlantedDifference {
  return (plantedDifferences as readonly string[]).includes(name);
}
