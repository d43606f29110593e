export { currencyCodes, exponentOf } from './currencies';
export { formatDecimal, maxMinor, parseDecimal, type DecimalError, type ParsedAmount } from './decimal';
export { fromWireAmount, toWireAmount, type Money } from './money';
