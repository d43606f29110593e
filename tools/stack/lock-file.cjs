// @ts-check
'use strict';

/**
 * Whether two lock files name the same packages but for optional ones: npm adds and drops those of other platforms
 * as the registry has or lacks them.
 * @param {string} before
 * @param {string} after
 */
function sameRequiredPackages(before, after) {
  const required = (/** @type {string} */ lock) => {
    /** @type {{ packages: Record<string, { version?: string, integrity?: string, optional?: boolean }> }} */
    const { packages } = JSON.parse(lock);
    const kept = Object.entries(packages).filter(([, { optional }]) => optional !== true);
    return JSON.stringify(kept.map(([path, { version, integrity }]) => [path, version, integrity]).sort());
  };
  return required(before) === required(after);
}

module.exports = { sameRequiredPackages };
