import type { SlotSymbol } from '../domain/slot';

/** Drawn here, because not every machine has a font with pictures. */
const drawings: Readonly<Record<SlotSymbol, string>> = {
  cherry:
    '<path d="M20 40C22 24 32 14 46 10M44 42C44 28 44 18 46 10" fill="none" stroke="#3d7a2a" stroke-width="4"/><path d="M46 10c8-6 14-4 16 0-4 6-10 6-16 0z" fill="#58a83c"/><circle cx="19" cy="47" r="13" fill="#d3202f"/><circle cx="45" cy="49" r="13" fill="#b81626"/><circle cx="15" cy="43" r="3" fill="#ff8d95"/><circle cx="41" cy="45" r="3" fill="#ff8d95"/>',
  lemon:
    '<path d="M6 34C10 16 30 8 46 16c6 0 12-2 12 2s-3 8-3 14c2 18-14 28-30 24-6 1-14 4-16 0s1-10-3-22z" fill="#f7d52f" stroke="#d3a915" stroke-width="2"/><path d="M18 26c4-6 10-9 16-9" fill="none" stroke="#fff3ae" stroke-width="4" stroke-linecap="round"/>',
  bell: '<path d="M32 6c4 0 5 3 5 5 10 3 13 12 13 22 0 8 3 11 6 15H8c3-4 6-7 6-15 0-10 3-19 13-22 0-2 1-5 5-5z" fill="#eda81c" stroke="#a86c06" stroke-width="2"/><circle cx="32" cy="53" r="6" fill="#a86c06"/><path d="M22 22c2-4 5-6 8-6" fill="none" stroke="#ffe39b" stroke-width="4" stroke-linecap="round"/>',
  star: '<path d="M32 4l8.5 18 19.5 2.600-14.300 13.600 3.600 19.500L32 48.200 14.700 57.700l3.600-19.500L4 24.600 23.500 22z" fill="#ff8a1f" stroke="#b9530a" stroke-width="2" stroke-linejoin="round"/>',
  diamond:
    '<path d="M16 10h32l12 16-28 32L4 26z" fill="#38b6e8" stroke="#0d6f9d" stroke-width="2" stroke-linejoin="round"/><path d="M4 26h56M16 10l8 16 8-16 8 16 8-16M24 26l8 32 8-32" fill="none" stroke="#c8f1ff" stroke-width="2" stroke-linejoin="round"/>',
  seven:
    '<path d="M10 8h46v10C42 28 34 40 32 58H18c2-16 9-28 20-37H20v7H10z" fill="#d3202f" stroke="#7c0d18" stroke-width="2" stroke-linejoin="round"/>',
};

/** Once per page, before the icons that use it. */
export const iconDefinitions = `<svg id="icons" class="icons" aria-hidden="true">${Object.entries(drawings)
  .map(([name, drawing]) => `<symbol id="${name}" viewBox="0 0 64 64">${drawing}</symbol>`)
  .join('')}</svg>`;

export function icon(name: SlotSymbol): string {
  return `<svg class="icon" role="img" aria-label="${name}"><use href="#${name}"/></svg>`;
}
