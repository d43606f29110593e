/** Stands between our payment id and the number of an order that took a lost one's place. */
export const againSuffix = '.again-';

/** Our payment id in a MessageID that we gave. */
export function paymentIdOf(messageId: string): string {
  const end = messageId.indexOf(againSuffix);
  return end < 0 ? messageId : messageId.slice(0, end);
}
