import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../domain/random';
import { HttpClient } from '../platform/http-client';
import { OperatorClient } from '../platform/operator-client';
import { PaymentsClient } from '../platform/payments-client';
import { inParallel } from '../play/in-parallel';
import { Progress } from '../play/progress';
import { readStackFile, type StackFile } from '../play/stack-file';
import { newRunTag, personOf } from '../platform/new-person';
import { noPayFaults } from '../psps/faults';
import { groupBy } from '../domain/group-by';
import type { PspRecord } from '../psps/record';
import { comparePlayer, paymentIdOf, type Difference } from './compare-payments';
import type { PayOptions } from './pay-options';
import { payReportText, type PlayerResult } from './pay-report';
import { PaymentMaker, type Payer, type StartedPayment } from './payer';
import { planPayments } from './plan-payments';
import { SandboxClient } from './sandbox-client';
import { Settlement } from './settlement-watch';

/** Registrations hash passwords and cost the platform far more than anything else. */
const managementConcurrency = 8;
/** On every wallet from the start, by hand: whatever is refused or taken back, a withdrawal is funded. */
const opening = 50_000n;
/** A webhook that is late by minutes is late by as many of these. */
const minuteMs = 1_000;

interface Run {
  readonly options: PayOptions;
  readonly operator: OperatorClient;
  readonly platform: PaymentsClient;
  readonly sandbox: SandboxClient;
}

/**
 * Makes payments at all PSPs and compares the PSPs' own books with the platform's.
 * @returns 0 when they agree and every payment is final, 1 when not
 */
export async function runPay(options: PayOptions): Promise<0 | 1> {
  const stack = await readStackFile(options.stack);
  const http = new HttpClient(stack.gatewayUrl, 64);
  const sandboxHttp = new HttpClient(sandboxUrlOf(stack, options.stack), 64);
  const sandbox = new SandboxClient(sandboxHttp);
  try {
    process.stdout.write(`seed ${options.seed}\n`);
    const client = stack.clients.find(({ name }) => name === 'operator');
    if (client === undefined) throw new Error(`${options.stack} has no client "operator"`);
    const operator = new OperatorClient(http, client);
    return await pay({ options, operator, platform: new PaymentsClient(operator), sandbox });
  } finally {
    await http.close();
    await sandboxHttp.close();
  }
}

function sandboxUrlOf({ sandboxUrl, psps }: StackFile, file: string): string {
  if (sandboxUrl == null || psps === undefined || Object.keys(psps).length === 0)
    throw new Error(`${file} has no sandbox that plays PSPs`);
  return sandboxUrl;
}

async function pay(run: Run): Promise<0 | 1> {
  const { options, sandbox } = run;
  const payers = await registerPayers(run);
  const heardBefore = await sandbox.webhooks();
  const startedAtMs = Date.now();
  await sandbox.plan(options.faults, options.seed, minuteMs);
  let started: StartedPayment[];
  let records: readonly PspRecord[];
  try {
    started = await startAll(run, payers);
    records = await new Settlement(run.platform, sandbox).wait(started, {
      sinceMs: startedAtMs,
      deadlineMs: Date.now() + options.deadlineSeconds * 1_000,
    });
  } finally {
    await sandbox.plan(noPayFaults, 'sandbox', 60_000);
  }
  const seconds = (Date.now() - startedAtMs) / 1_000;
  const results = await compareAll(run, payers, started, records);
  const webhooks = { before: heardBefore, after: await sandbox.webhooks() };
  const report = payReportText({ started, records, results, webhooks, seconds });
  process.stdout.write(`${report.text}\n`);
  return report.differences > 0 ? 1 : 0;
}

async function registerPayers({ options, operator }: Run): Promise<Payer[]> {
  const tag = newRunTag();
  const progress = new Progress('registering', options.players);
  const indexes = Array.from({ length: options.players }, (_, index) => index);
  const payers = await inParallel(indexes, managementConcurrency, async (index) => {
    const playerId = await operator.registerPlayer(personOf(tag, index, options.currency));
    await operator.adjust(playerId, opening, options.currency, 'sandbox opening balance');
    progress.add();
    return { playerId, currency: options.currency, deposits: [] };
  });
  progress.end();
  return payers;
}

/** Each at its time, whatever became of the others. */
async function startAll(run: Run, payers: readonly Payer[]): Promise<StartedPayment[]> {
  const { options, platform, sandbox } = run;
  const random = new Random(options.seed);
  const plans = planPayments(random, options);
  const maker = new PaymentMaker(platform, sandbox);
  const progress = new Progress('paying', plans.length);
  const beganAtMs = Date.now();
  const started = await Promise.all(
    plans.map(async (plan) => {
      await sleep(Math.max(0, beganAtMs + plan.startAtMs - Date.now()));
      const payer = payers[plan.player];
      if (payer === undefined) throw new Error(`there is no player ${plan.player}`);
      const made = await maker.make(plan, payer, random.fork(`make/${plan.index}`));
      progress.add();
      return made;
    }),
  );
  progress.end();
  return started;
}

async function compareAll(
  { platform, options }: Run,
  payers: readonly Payer[],
  started: readonly StartedPayment[],
  records: readonly PspRecord[],
): Promise<PlayerResult[]> {
  const byPayment = groupBy(records, ({ reference }) => paymentIdOf(reference));
  const progress = new Progress('comparing', payers.length);
  const known = new Set<string>();
  const results = await inParallel(payers, managementConcurrency, async ({ playerId }) => {
    const payments = await platform.paymentsOf(playerId);
    for (const { id } of payments) known.add(id);
    const account = {
      playerId,
      opening,
      payments,
      lines: await platform.lines(playerId),
      funds: await platform.funds(playerId, options.currency),
    };
    const differences = comparePlayer(account, (id) => byPayment.get(id) ?? []);
    const own = started.filter((one) => one.playerId === playerId);
    differences.push(...compareAsked(own, new Set(payments.map(({ id }) => id))));
    progress.add();
    return { playerId, payments, differences };
  });
  progress.end();
  return [...results, ...(await compareStrangers(platform, byPayment, known))];
}

/** What was asked for, and what the platform lists, is the same. */
function compareAsked(asked: readonly StartedPayment[], listed: ReadonlySet<string>): Difference[] {
  const differences: Difference[] = [];
  const ids = new Set(asked.map(({ id }) => id));
  for (const { id, refused, plan } of asked) {
    if (refused !== undefined)
      differences.push({
        kind: 'refused',
        detail: `${plan.kind} of ${plan.amount} at ${plan.psp}: ${refused}`,
      });
    else if (id === undefined || !listed.has(id))
      differences.push({ kind: 'missing', detail: `${plan.kind} ${id ?? ''} is not listed` });
  }
  for (const id of listed) {
    if (!ids.has(id)) differences.push({ kind: 'unasked', detail: `payment ${id} was never asked for` });
  }
  return differences;
}

/** Records of payments that the platform does not know at all; others may be using the sandbox meanwhile. */
async function compareStrangers(
  platform: PaymentsClient,
  byPayment: ReadonlyMap<string, readonly PspRecord[]>,
  known: ReadonlySet<string>,
): Promise<PlayerResult[]> {
  const differences: Difference[] = [];
  for (const [id, [record]] of byPayment) {
    if (known.has(id) || record === undefined || (await platform.find(id)) !== undefined) continue;
    differences.push({
      kind: 'unknown-payment',
      detail: `${record.psp} took ${record.kind} ${id}, nobody knows it`,
    });
  }
  return differences.length > 0 ? [{ playerId: 'nobody', payments: [], differences }] : [];
}
