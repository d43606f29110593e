export { appendAudit, type AuditDetail, type AuditEntry } from './append-audit';
export { AuditConfig, auditCommand, auditKeyPattern } from './audit-command';
export { AuditSealer } from './audit-sealer';
export { auditSql } from './audit-sql';
export { listAudit } from './list-audit';
export { sealAudit } from './seal-audit';
export { AuditSigner, CheckpointKeys, checkpointsIn, checkpointText, type SignedCheckpoint } from './signing';
export { verifyAudit, type AuditFinding } from './verify-audit';
