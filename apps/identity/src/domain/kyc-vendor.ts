import type { VendorWord } from './kyc';
import type { CheckKind } from './market-checks';

/** A check as a vendor is told of it: ids only, the person shows the documents to the vendor. */
export interface VendorCheck {
  readonly id: string;
  readonly kind: CheckKind;
  /** The vendor's id, once known. */
  readonly reference: string | null;
}

export interface VendorStarted {
  readonly reference: string;
  /** Where the person shows the documents; where the vendor gives an address. */
  readonly url?: string;
}

/** What a webhook or an answer of a vendor says. */
export interface VendorResult extends VendorWord {
  readonly reference: string;
  /** What we named it by: the check's id, or the player's where an operator made it by hand. */
  readonly subject: string;
  readonly reason?: string;
  /** `YYYY-MM-DD` */
  readonly documentExpiresOn?: string;
}

/** A webhook as it came in; header names in lower case. */
export interface VendorCallback {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly receivedAt: Date;
}

/** A KYC vendor. What it does not answer in time is unknown, never failed: it throws, and is asked later. */
export interface KycVendor {
  /** Begins a check there; asked again with the same id it is the same check, or one beside it that nobody uses. */
  start(check: VendorCheck): Promise<VendorStarted>;
  /** What the vendor knows; undefined when it knows of no such check. */
  ask(check: VendorCheck): Promise<VendorResult | undefined>;
  /** Whether the vendor sent it: by its signature over the raw bytes. */
  isAuthentic(callback: VendorCallback): boolean;
  /** What an authentic webhook says; undefined when it is about nothing that we follow, or is no such thing. */
  read(callback: VendorCallback): VendorResult | undefined;
}
