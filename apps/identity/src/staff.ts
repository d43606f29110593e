import { readFileSync } from 'node:fs';
import { staffRoles, type StaffRole } from '@baize/contracts';
import { parse } from '@baize/messaging';
import { Type } from 'class-transformer';
import { ArrayMinSize, IsArray, IsIn, IsString, Matches, ValidateNested } from 'class-validator';

/** A person of the back office. */
export class StaffMember {
  /** What they log in with, and their name in the audit log. */
  @IsString() @Matches(/^[a-z0-9][a-z0-9.-]{0,63}$/) id: string;
  @IsIn(staffRoles) role: StaffRole;
  @IsArray() @ArrayMinSize(1) @IsString({ each: true }) brands: string[];
  /** Encoded argon2id. */
  @IsString() @Matches(/^\$argon2id\$/) passwordHash: string;
  /** Of the authenticator: base32, 160 bits. */
  @IsString() @Matches(/^[A-Z2-7]{32}$/) totpSecret: string;
}

class StaffFile {
  @IsArray() @ValidateNested({ each: true }) @Type(() => StaffMember) staff: StaffMember[];
}

/** The people of the file that `IDENTITY_STAFF` names, by id; nobody without one. @throws Error that shows no value */
export function readStaff(file: string | undefined): ReadonlyMap<string, StaffMember> {
  if (file === undefined) return new Map();
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(`IDENTITY_STAFF: ${file} is not a readable JSON file`);
  }
  const parsed = parse(StaffFile, json);
  if (!parsed.ok) {
    const problems = (parsed.error.errors ?? []).map(({ path, message }) => `${path} ${message}`).join('; ');
    throw new Error(`IDENTITY_STAFF: ${file}: ${problems}`);
  }
  const people = new Map(parsed.value.staff.map((member) => [member.id, member]));
  if (people.size < parsed.value.staff.length)
    throw new Error(`IDENTITY_STAFF: ${file}: an id is there twice`);
  return people;
}

/** The people of the back office, for injection. */
export class Staff {
  constructor(readonly members: ReadonlyMap<string, StaffMember>) {}
}
