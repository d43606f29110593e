export { appendAudit, type AuditDetail, type AuditEntry } from './append-audit';
export { auditSql } from './audit-sql';
export { listAudit } from './list-audit';
export { sealAudit } from './seal-audit';
export { AuditSigner, CheckpointKeys, type SignedCheckpoint } from './signing';
export { verifyAudit, type AuditFinding } from './verify-audit';
