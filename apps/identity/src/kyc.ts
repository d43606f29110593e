import { fromWireAmount } from '@baize/money';
import type {
  DepositConfirmed,
  PaymentReversed,
  WithdrawalPaid,
  WithdrawalRequested,
} from '@baize/contracts';
import type { Db } from '@baize/persistence';
import {
  microEuros,
  reachedByDeposits,
  reachedByNetDeposits,
  triggerName,
  type CountedDeposit,
} from './domain/kyc';
import { currentMarketPolicy as policy } from './domain/market-policies';
import { marketOf } from './domain/market-policy';
import type { CheckKind, KycRules, KycTrigger, RiskBand } from './domain/market-checks';
import {
  deletePayout,
  insertDeposit,
  insertPayout,
  insertReversal,
  listDeposits,
  listPayouts,
} from './store/kyc-deposits';
import { fireTrigger, lockFile, openFile, settleFile, type KycFile } from './store/kyc-files';

/** The rules of a country; those of nowhere ask nothing. */
export function kycRulesOf(country: string): KycRules | undefined {
  return marketOf(policy, country)?.kyc;
}

/** What the market wants of everybody: before gambling, or before the first withdrawal, which is held until then. */
export function askedOfEverybody(rules: KycRules | undefined): CheckKind[] {
  const first = rules?.triggers.find(({ on }) => on === 'first-withdrawal');
  return [...(rules?.beforeGambling ?? []), ...(first?.checks ?? [])];
}

/** Opens the file of a new player. The hold that the market wants until verification stands from the beginning. */
export async function enrolForKyc(db: Db, playerId: string): Promise<void> {
  await openFile(db, playerId);
  await withFile(db, playerId, () => Promise.resolve());
}

/** Brings level and hold to what stands now, after what `change` does. */
export async function withFile(
  db: Db,
  playerId: string,
  change: (file: KycFile) => Promise<void>,
): Promise<boolean> {
  const file = await lockFile(db, playerId);
  if (!file) return false;
  await change(file);
  await settleFile(db, file, askedOfEverybody(kycRulesOf(file.country)));
  return true;
}

/** Counts a confirmed deposit and fires what it reaches. Bonuses and winnings are no deposits and never come here. */
export async function countDeposit(db: Db, deposit: DepositConfirmed): Promise<void> {
  const { playerId, paymentId, currency } = deposit;
  const amount = fromWireAmount(deposit.amount);
  const confirmedAt = new Date(deposit.occurredAt);
  await withFile(db, playerId, async (file) => {
    const worth = microEuros({ amount, currency }, policy);
    await insertDeposit(db, {
      paymentId,
      playerId,
      amount,
      currency,
      ...worth,
      policyVersion: policy.version,
      confirmedAt,
    });
    const rules = kycRulesOf(file.country);
    if (!rules) return;
    const deposits = await listDeposits(db, playerId);
    for (const { trigger, total } of reachedByDeposits(rules, deposits, policy, confirmedAt)) {
      await fire(db, file, trigger, { paymentId, totalMicroEuros: total.toString(), rate: worth.rate });
    }
    await fireNetDeposits(db, file, rules, { deposits, paymentId, confirmedAt });
  });
}

async function fireNetDeposits(
  db: Db,
  file: KycFile,
  rules: KycRules,
  last: { deposits: readonly CountedDeposit[]; paymentId: string; confirmedAt: Date },
): Promise<void> {
  if (!rules.vulnerability) return;
  const out = await listPayouts(db, file.playerId, rules.vulnerability.windowDays);
  const reached = reachedByNetDeposits(rules, { in: last.deposits, out }, policy, last.confirmedAt);
  if (!reached) return;
  const { name: trigger, total, againAfterDays } = reached;
  const facts = { paymentId: last.paymentId, netMicroEuros: total.toString() };
  await fireTrigger(db, file, { trigger, checks: [], policyVersion: policy.version, facts, againAfterDays });
}

/** What was paid out is no net deposit any more. */
export async function countPayout(db: Db, payout: WithdrawalPaid): Promise<void> {
  const { playerId, paymentId, currency } = payout;
  const worth = microEuros({ amount: fromWireAmount(payout.amount), currency }, policy);
  const confirmedAt = new Date(payout.occurredAt);
  await withFile(db, playerId, () =>
    insertPayout(db, { paymentId, playerId, microEuros: worth.microEuros, confirmedAt }),
  );
}

/**
 * What was taken back of a deposit counts no more towards what is not reached yet; what was due stays due. A payout that
 * came back was none.
 */
export async function countReversal(db: Db, reversal: PaymentReversed): Promise<void> {
  const { playerId, kind, transactionId, paymentId } = reversal;
  const amount = fromWireAmount(reversal.amount);
  await withFile(db, playerId, () =>
    kind === 'deposit'
      ? insertReversal(db, { transactionId, paymentId, amount })
      : deletePayout(db, paymentId),
  );
}

/** The first withdrawal is written down as the reason that it is. */
export async function noteWithdrawal(db: Db, { playerId, paymentId }: WithdrawalRequested): Promise<void> {
  await withFile(db, playerId, (file) => fireOn(db, file, 'first-withdrawal', { paymentId }));
}

export async function fireSanctionsHit(db: Db, file: KycFile, caseId: string): Promise<void> {
  await fireOn(db, file, 'sanctions-hit', { caseId });
}

/** A band that makes something due does so once and for all. */
export async function fireRiskBand(db: Db, file: KycFile, band: RiskBand): Promise<void> {
  const triggers = kycRulesOf(file.country)?.triggers ?? [];
  const trigger = triggers.find((one) => one.on === 'risk-band' && one.bands.includes(band));
  if (trigger) await fire(db, file, trigger, { band });
}

async function fireOn(
  db: Db,
  file: KycFile,
  on: 'first-withdrawal' | 'sanctions-hit',
  facts: object,
): Promise<void> {
  const trigger = kycRulesOf(file.country)?.triggers.find((one) => one.on === on);
  if (trigger) await fire(db, file, trigger, facts);
}

async function fire(db: Db, file: KycFile, trigger: KycTrigger, facts: object): Promise<void> {
  const { checks } = trigger;
  await fireTrigger(db, file, {
    trigger: triggerName(trigger),
    checks,
    policyVersion: policy.version,
    facts,
  });
}
