import type { MarketPolicy } from './market-policy';
import { marketPolicy202601 } from './market-policy-2026-01';

/** The rules that hold now. What is decided by them stores their version beside the outcome. */
export const currentMarketPolicy: MarketPolicy = marketPolicy202601;
