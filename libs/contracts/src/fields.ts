import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsISO8601,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import type { Class } from './contract';

/** The largest integer that JSON carries exactly; amounts above it are refused everywhere. */
export const maxMinorUnits = Number.MAX_SAFE_INTEGER;

function all(...decorators: PropertyDecorator[]): PropertyDecorator {
  return (target, key) => {
    for (const decorate of decorators) decorate(target, key);
  };
}

/** Text of bounded length. */
export const Text = (maxLength: number, minLength = 1) =>
  all(IsString(), MinLength(minLength), MaxLength(maxLength));
/** An opaque identifier, ours or an outside party's. */
export const Id = () => Text(128);
// IsInt stands last in each: the JSON Schema derived from these takes its `type` from the last one that has any.
/** Signed integer minor units. */
export const MinorUnits = () => all(Min(-maxMinorUnits), Max(maxMinorUnits), IsInt());
/** Integer minor units, zero or more. */
export const UnsignedMinorUnits = () => all(Min(0), Max(maxMinorUnits), IsInt());
export const Count = (max = maxMinorUnits, min = 0) => all(Min(min), Max(max), IsInt());
/** A share or score from 0 to 1. */
export const Share = () => all(Min(0), Max(1), IsNumber());
/** ISO 4217 or a crypto code of the currency table. */
export const Currency = () => all(IsString(), Matches(/^[A-Z0-9]{3,10}$/));
/** ISO 3166-1 alpha-2. */
export const Country = () => all(IsString(), Matches(/^[A-Z]{2}$/));
/** BCP 47 in its usual letters: `en`, `pt-BR`, `zh-Hans`. */
export const Locale = () => all(IsString(), MaxLength(20), Matches(/^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/));
/** An address that a page may link to: other schemes run as script where they are opened. */
export const WebAddress = (maxLength: number) =>
  all(IsString(), MaxLength(maxLength), Matches(/^https?:\/\/[^\s<>"]+$/));
/** A share or a score, 0 to 100, with decimals. */
export const Points = () => all(Min(0), Max(100), IsNumber());
/** A day in UTC: `2026-01-31`. Whether the month has so many days is for its reader to see. */
export const Day = () => all(IsString(), Matches(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/));
/** RFC 3339 in UTC. */
export const Timestamp = () => all(IsString(), IsISO8601({ strict: true }), MaxLength(40));
export const Flag = () => IsBoolean();
export const OneOf = (values: readonly string[]) => IsIn([...values]);
export const Nested = (type: () => Class<object>) =>
  all(IsDefined(), IsObject(), ValidateNested(), Type(type));
export const ListOf = (type: () => Class<object>, max: number) =>
  all(IsArray(), ArrayMaxSize(max), ValidateNested({ each: true }), Type(type));
/** An object whose fields are not fixed. */
export const FreeForm = () => IsObject();
export const TextList = (max: number, maxLength = 200) =>
  all(IsArray(), ArrayMaxSize(max), IsString({ each: true }), MaxLength(maxLength, { each: true }));
/** Integers from 0 to `max`. */
export const CountList = (length: number, max: number) =>
  all(
    IsArray(),
    ArrayMaxSize(length),
    Min(0, { each: true }),
    Max(max, { each: true }),
    IsInt({ each: true }),
  );
/** A time of the day, `HH:MM`. */
export const TimeOfDay = () => all(IsString(), Matches(/^([01]\d|2[0-3]):[0-5]\d$/));
export const OneOfList = (values: readonly string[]) =>
  all(IsArray(), ArrayMaxSize(values.length), IsIn([...values], { each: true }));
/** What else a field may be, as JSON Schemas: class-validator knows no alternatives. */
const alternatives = new WeakMap<object, Map<string, object>>();
const alternative =
  (schema: object): PropertyDecorator =>
  (target, key) => {
    const known = alternatives.get(target) ?? new Map<string, object>();
    alternatives.set(target, known.set(String(key), schema));
  };
/** Must be there, and may be null. */
export const OrNull = () => alternative({ type: 'null' });
/** May be given as integer minor units as well. */
export const OrMinorUnits = () => alternative({ type: 'integer', minimum: 0, maximum: maxMinorUnits });
/** The alternatives of a class's fields, those of its ancestors included. */
export function alternativesOf(type: Class<object>): ReadonlyMap<string, object> {
  const found = new Map<string, object>();
  for (
    let target = type.prototype as object | null;
    target;
    target = Object.getPrototypeOf(target) as object | null
  ) {
    for (const [field, schema] of alternatives.get(target) ?? []) found.set(field, schema);
  }
  return found;
}
/** May be left out; null is not accepted in its place. */
export const Optional = () => IsOptional();
export const LimitField = () => all(IsOptional(), Min(1), Max(200), IsInt());
